namespace ConceptExpress.Cli.Progress;

/// <summary>
/// Shows progress as plain lines, for logs and pipes: one when a phase begins, one every five seconds, and one at its end.
/// </summary>
sealed class PlainDisplay(TextWriter writer, TimeProvider? clock = null) : ProgressDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly TimeProvider time = clock ?? TimeProvider.System;
    (string Name, int Iterations) phase;
    Pace? pace;
    long lastLine;

    protected override void Begin(string phase, int steps, string unit)
    {
        this.phase = (phase, steps);
        (pace, lastLine) = (new Pace(steps, time, unit), time.GetTimestamp());
        Say(phase);
    }

    protected override void Advance(string detail)
    {
        if (pace is null) return;
        pace.Advance();
        if (pace.Done < phase.Iterations && time.GetElapsedTime(lastLine) < Interval) return;
        lastLine = time.GetTimestamp();
        Say($"{phase.Name}: {pace}{(detail.Length > 0 ? ", " : "")}{detail}");
    }

    protected override void Say(string line)
    {
        writer.WriteLine(line);
        writer.Flush();
    }
}
