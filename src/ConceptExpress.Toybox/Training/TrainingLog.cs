using System.Globalization;
using ConceptExpress.Diffusion.Training;

namespace ConceptExpress.Toybox.Training;

/// <summary>
/// Logs the metrics of a stage: one line per step in <c>STAGE.csv</c>, and means over 50 steps for TensorBoard in <c>tensorboard/STAGE</c>.
/// </summary>
sealed class TrainingLog : IDisposable
{
    const int Span = 50;

    readonly StreamWriter lines;
    readonly EventFile board;
    readonly Dictionary<string, double> sums = [];
    int summed;

    /// <param name="folder">An existing folder.</param>
    /// <param name="stage">Name of the stage; becomes the name of the files.</param>
    /// <param name="first">The first step (0-based) that will be logged. Lines of an interrupted run from this step on are removed.</param>
    public TrainingLog(string folder, string stage, long first)
    {
        var path = Path.Combine(folder, $"{stage}.csv");
        var kept = File.Exists(path) ? File.ReadLines(path).Take((int)first + 1).ToList() : [];
        lines = new StreamWriter(path, append: false);
        foreach (var line in kept) lines.WriteLine(line);
        HasHeader = kept.Count > 0;
        var events = Directory.CreateDirectory(Path.Combine(folder, "tensorboard", stage)).FullName;
        board = new EventFile(Path.Combine(events, EventFile.NameOf(first)), first, DateTimeOffset.UtcNow);
    }

    bool HasHeader { get; set; }

    /// <summary>Logs the metrics of one step. The header is written once, so all calls must have the same names.</summary>
    public void Add(long step, IReadOnlyDictionary<string, double> figures)
    {
        var names = figures.Keys.Order(StringComparer.Ordinal).ToList();
        if (!HasHeader) lines.WriteLine(string.Join(',', names.Prepend("step")));
        HasHeader = true;
        lines.WriteLine(
            string.Join(',', names.Select(name => figures[name].ToString("G6", CultureInfo.InvariantCulture))
            .Prepend(step.ToString(CultureInfo.InvariantCulture))));
        foreach (var name in names) sums[name] = sums.GetValueOrDefault(name) + figures[name];
        if (++summed < Span) return;
        board.Add(DateTimeOffset.UtcNow, step, names.Select(name => EventFile.Scalar(name, sums[name] / summed)));
        sums.Clear();
        summed = 0;
    }

    /// <summary>Writes buffered lines to the disk.</summary>
    public void Flush() => lines.Flush();

    public void Dispose()
    {
        lines.Dispose();
        board.Dispose();
    }
}
