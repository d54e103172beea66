namespace ConceptExpress.Cli.Progress;

/// <summary>Progress as lines that stay, for logs and pipes: one when a phase begins, then one every few seconds, and one at its end.</summary>
public sealed class PlainDisplay(TextWriter writer, TimeProvider? clock = null) : ProgressDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly TimeProvider time = clock ?? TimeProvider.System;
    (string Name, int Iterations) phase;
    Pace? pace;
    long lastLine;

    public override void Begin(string phase, int iterations)
    {
        this.phase = (phase, iterations);
        (pace, lastLine) = (new Pace(iterations, time), time.GetTimestamp());
        Say(phase);
    }

    public override void Advance(string detail = "")
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
