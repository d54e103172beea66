using System.Diagnostics;

namespace ConceptExpress.Library.Runs;

/// <summary>Measures how long each phase of a run takes. Only one phase runs at a time.</summary>
sealed class PhaseClock
{
    readonly OrderedDictionary<string, double> seconds = new();
    readonly Stopwatch clock = new();
    string? current;

    /// <summary>The start of the run, UTC.</summary>
    public DateTimeOffset Began { get; } = DateTimeOffset.UtcNow;

    /// <summary>
    /// Ends the current phase, if there is one, and starts another. The times of a phase that is started several times are added.
    /// </summary>
    public void Begin(string phase)
    {
        End();
        current = phase;
        clock.Restart();
    }

    /// <summary>Ends the current phase and returns the seconds of every phase so far, rounded to milliseconds.</summary>
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
