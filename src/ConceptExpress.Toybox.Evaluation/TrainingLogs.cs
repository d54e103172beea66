using System.Globalization;
using ConceptExpress.Library.Drawing;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>Draws the losses of a training run as charts.</summary>
static class TrainingLogs
{
    // Columns with other names are not losses.
    static readonly string[] Losses = ["loss", "squaredError", "edges", "divergence"];

    /// <summary>One sheet with a loss chart for each log in a training's output folder. Logs without losses are skipped.</summary>
    /// <param name="folder">The folder that the training wrote its <c>*.csv</c> logs to.</param>
    public static IEnumerable<PictureSheet> Charts(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal)
        let curves = Curves(path)
        where curves.Count > 0
        let chart = (LossChart.Draw(curves), $"{curves[0].Points.Count} optimizer steps")
        select new PictureSheet($"Training of {Path.GetFileNameWithoutExtension(path)}", [chart], Large: true);

    static List<LossCurve> Curves(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length < 2) return [];
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToList();
        (int, double) Point(string[] row, int column) =>
            (int.Parse(row[0], CultureInfo.InvariantCulture), double.Parse(row[column], CultureInfo.InvariantCulture));
        return [.. lines[0].Split(',').Index().Where(column => Losses.Contains(column.Item))
            .Select(column => new LossCurve(column.Item, [.. rows.Select(row => Point(row, column.Index))]))];
    }
}
