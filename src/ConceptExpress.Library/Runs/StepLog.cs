using System.Diagnostics;
using System.Globalization;
using ConceptExpress.Extraction;

namespace ConceptExpress.Library.Runs;

/// <summary>Every optimizer step of a run, with the time at which it ended: <c>metrics.csv</c>.</summary>
public sealed class StepLog
{
    const string Header = "step,pass,phase,prompt,denoising,alignment,contrast,total,gradient_norm,seconds";

    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly List<(OptimizerStepDone Step, double Seconds)> lines = [];

    public IReadOnlyList<OptimizerStepDone> Steps => lines.ConvertAll(line => line.Step);

    public void Add(OptimizerStepDone step) => lines.Add((step, clock.Elapsed.TotalSeconds));

    /// <summary>Writes a header and one line per step.</summary>
    public void Write(string path) => File.WriteAllText(path, string.Concat(lines.Select(line => Line(line.Step, line.Seconds) + "\n").Prepend(Header + "\n")));

    static string Line(OptimizerStepDone step, double seconds) => string.Join(',',
        step.Step, step.Pass, step.Phase == ExtractionPhase.LearningSplitTokens ? "split" : "merged", $"\"{step.Prompt.Replace("\"", "\"\"")}\"",
        Number(step.Losses.Denoising), Number(step.Losses.Alignment), Number(step.Losses.Contrast), Number(step.Losses.Total),
        Number(step.GradientNorm), seconds.ToString("0.000", CultureInfo.InvariantCulture));

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
