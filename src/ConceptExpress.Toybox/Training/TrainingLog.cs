using System.Globalization;
using TorchSharp;

namespace ConceptExpress.Toybox.Training;

/// <summary>A stage's figures, a line per step in <c>NAME.csv</c> and means over 50 steps for TensorBoard in <c>tensorboard/NAME</c>.</summary>
sealed class TrainingLog : IDisposable
{
    const int Span = 50;

    readonly StreamWriter lines;
    readonly TorchSharp.Modules.SummaryWriter board;
    readonly Dictionary<string, double> sums = [];
    int summed;

    /// <param name="folder">Exists.</param>
    /// <param name="stage">Names the files.</param>
    /// <param name="first">The first step that will be logged; lines of later ones, from a run that was cut off, are dropped.</param>
    public TrainingLog(string folder, string stage, long first)
    {
        var path = Path.Combine(folder, $"{stage}.csv");
        var kept = File.Exists(path) ? File.ReadLines(path).Take((int)first + 1).ToList() : [];
        lines = new StreamWriter(path, append: false);
        foreach (var line in kept) lines.WriteLine(line);
        HasHeader = kept.Count > 0;
        board = torch.utils.tensorboard.SummaryWriter(Path.Combine(folder, "tensorboard", stage));
    }

    bool HasHeader { get; set; }

    public void Add(long step, IReadOnlyDictionary<string, double> figures)
    {
        var names = figures.Keys.Order(StringComparer.Ordinal).ToList();
        if (!HasHeader) lines.WriteLine(string.Join(',', names.Prepend("step")));
        HasHeader = true;
        lines.WriteLine(string.Join(',', names.Select(name => figures[name].ToString("G6", CultureInfo.InvariantCulture)).Prepend(step.ToString(CultureInfo.InvariantCulture))));
        foreach (var name in names) sums[name] = sums.GetValueOrDefault(name) + figures[name];
        if (++summed < Span) return;
        foreach (var name in names) board.add_scalar(name, (float)(sums[name] / summed), (int)step);
        sums.Clear();
        summed = 0;
    }

    public void Flush() => lines.Flush();

    public void Dispose() => lines.Dispose();
}
