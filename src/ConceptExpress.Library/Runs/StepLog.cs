using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Runs;

/// <summary>An optimizer step with the time at which it ended.</summary>
/// <param name="Step">The step, with its losses.</param>
/// <param name="Seconds">Seconds since the log began. A resumed run continues from its last logged step.</param>
/// <param name="Time">The time at which it ended, UTC.</param>
/// <param name="Lengths">
/// The mean L2 norm of each word's vectors after the step, if it was the last of its pass; null otherwise. The default is null.
/// </param>
sealed record LoggedStep(OptimizerStepDone Step, double Seconds, DateTimeOffset Time, IReadOnlyList<double>? Lengths = null)
{
    /// <summary>Returns the step as JSON on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new Stored(Step.Phase, Step.Pass, Step.Step, Step.Prompt, Step.Losses.Terms, Step.Losses.Total, Step.GradientNorm, Seconds,
            Time, Lengths),
        LibraryJson.Compact);

    /// <summary>Reads a line that <see cref="ToJson"/> wrote; returns null if the line is not such JSON.</summary>
    public static LoggedStep? FromJson(string line)
    {
        try
        {
            return LibraryJson.Read<Stored>(line, LibraryJson.Compact) is { } stored
                ? new LoggedStep(
                    new OptimizerStepDone(stored.Phase, stored.Pass, stored.Step, stored.Prompt, new LossValues(stored.Terms, stored.Total),
                    stored.GradientNorm), stored.Seconds, stored.Time, stored.Lengths)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    sealed record Stored(string Phase, int Pass, int Step, string Prompt, IReadOnlyList<KeyValuePair<string, double>> Terms, double Total,
        double GradientNorm, double Seconds, DateTimeOffset Time, IReadOnlyList<double>? Lengths = null);
}

/// <summary>
/// Collects the optimizer steps of a run, and writes them to <c>metrics.csv</c>. <see cref="LearningEvents"/> writes them for TensorBoard.
/// </summary>
/// <param name="earlier">The steps before the run was resumed; null for a new run.</param>
sealed class StepLog(IReadOnlyList<LoggedStep>? earlier = null)
{
    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly DateTimeOffset began = DateTimeOffset.UtcNow;
    readonly double before = earlier is [.., var last] ? last.Seconds : 0;
    readonly List<LoggedStep> lines = [.. earlier ?? []];

    /// <summary>All steps so far, with their times.</summary>
    public IReadOnlyList<LoggedStep> Lines => lines;

    /// <summary>All steps so far.</summary>
    public IReadOnlyList<OptimizerStepDone> Steps => lines.ConvertAll(line => line.Step);

    /// <summary>Adds a step that has just ended.</summary>
    public void Add(OptimizerStepDone step)
    {
        var elapsed = clock.Elapsed;
        lines.Add(new LoggedStep(step, before + elapsed.TotalSeconds, began + elapsed));
    }

    /// <summary>Adds the words' lengths to the last step, which has ended a pass with this state.</summary>
    public void EndPass(LearningState state)
    {
        static double Norm(float[] vector) => Math.Sqrt(vector.Sum(value => (double)value * value));
        if (lines.Count > 0) lines[^1] = lines[^1] with { Lengths = [.. state.Words().Select(word => word.Average(Norm))] };
    }

    /// <summary>Keeps the first <paramref name="count"/> steps and removes the rest, which belong to an unfinished pass.</summary>
    public void KeepFirst(int count) => lines.RemoveRange(count, lines.Count - count);

    /// <summary>
    /// Writes a CSV file: a header and one line per step. Every loss that any step has gets a column, which is empty for steps without it.
    /// </summary>
    public void Write(string path)
    {
        string[] losses = [.. lines.SelectMany(line => line.Step.Losses.Terms).Select(term => term.Key).Distinct(), LossValues.TotalName];
        var header = string.Join(',', ["step", "pass", "phase", "prompt", .. losses, "gradient_norm", "seconds"]);
        File.WriteAllText(path,
            string.Concat(lines.Select(line => Line(line.Step, line.Seconds, losses)).Prepend(header).Select(line => line + "\n")));
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
