using System.Diagnostics;

namespace ConceptExpress.Library.Runs;

/// <summary>How long the phases of a run take, one after another.</summary>
public sealed class PhaseClock
{
    readonly OrderedDictionary<string, double> seconds = new();
    readonly Stopwatch clock = new();
    string? current;

    /// <summary>When the run began, UTC.</summary>
    public DateTimeOffset Began { get; } = DateTimeOffset.UtcNow;

    /// <summary>Ends the phase that is running, if any, and begins another; one that comes again adds up.</summary>
    public void Begin(string phase)
    {
        End();
        current = phase;
        clock.Restart();
    }

    /// <summary>The seconds of every phase so far, to the millisecond.</summary>
    public IReadOnlyDictionary<string, double> Stop()
    {
        End();
        return seconds.ToDictionary(phase => phase.Key, phase => Math.Round(phase.Value, 3));
    }

    void End()
    {
        if (current is not null) seconds[current] = seconds.GetValueOrDefault(current) + clock.Elapsed.TotalSeconds;
        current = null;
    }
}
