using ConceptExpress.Diffusion;
using ConceptExpress.Jobs.Models;

namespace ConceptExpress.Jobs;

/// <summary>Gives a job its checkpoints, receives its events, and cancels it.</summary>
/// <param name="models">The checkpoints, shared by all jobs of a host.</param>
/// <param name="progress">Receives every event, on the job's threads, one at a time; null to ignore events.</param>
/// <param name="stop">Cancels the job.</param>
/// <param name="clock">Measures time limits; null for the system's clock.</param>
public sealed class JobContext(ModelPool models, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default,
    TimeProvider? clock = null) : IProgress<ProgressEvent>
{
    readonly List<string> warnings = [];
    readonly Lock turn = new();

    /// <summary>The checkpoints, shared by all jobs of a host.</summary>
    public ModelPool Models => models;

    /// <summary>Cancels the job.</summary>
    public CancellationToken Stop => stop;

    /// <summary>The clock that time limits are measured by.</summary>
    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (turn) return [.. warnings];
        }
    }

    /// <summary>Keeps warnings, and forwards every event. Safe from several threads.</summary>
    public void Report(ProgressEvent value)
    {
        lock (turn)
        {
            if (value is Warned warned) warnings.Add(warned.Text);
            progress?.Report(value);
        }
    }
}
