using System.Diagnostics;
using System.Globalization;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Library.Runs;

/// <summary>Every optimizer step of a run, with the time at which it ended: <c>metrics.csv</c>.</summary>
public sealed class StepLog
{
    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly List<(OptimizerStepDone Step, double Seconds)> lines = [];

    public IReadOnlyList<OptimizerStepDone> Steps => lines.ConvertAll(line => line.Step);

    public void Add(OptimizerStepDone step) => lines.Add((step, clock.Elapsed.TotalSeconds));

    /// <summary>Writes a header and one line per step. A loss has a column where any step has it, and an empty field where a step has not.</summary>
    public void Write(string path)
    {
        string[] losses = [.. lines.SelectMany(line => line.Step.Losses.Terms).Select(term => term.Key).Distinct(), LossValues.TotalName];
        var header = string.Join(',', ["step", "pass", "phase", "prompt", .. losses, "gradient_norm", "seconds"]);
        File.WriteAllText(path, string.Concat(lines.Select(line => Line(line.Step, line.Seconds, losses)).Prepend(header).Select(line => line + "\n")));
    }

    static string Line(OptimizerStepDone step, double seconds, string[] losses)
    {
        var values = step.Losses.All.ToDictionary();
        return string.Join(',',
        [
            $"{step.Step}", $"{step.Pass}", step.Phase, $"\"{step.Prompt.Replace("\"", "\"\"")}\"",
            .. losses.Select(loss => values.TryGetValue(loss, out var value) ? Number(value) : ""),
            Number(step.GradientNorm), seconds.ToString("0.000", CultureInfo.InvariantCulture),
        ]);
    }

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
