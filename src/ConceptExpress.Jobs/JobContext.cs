using ConceptExpress.Diffusion;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Jobs.Telemetry;

namespace ConceptExpress.Jobs;

/// <summary>
/// Gives a job its checkpoints, receives its events, and cancels it. Make one for each run of a job, because it keeps the job's warnings.
/// </summary>
/// <param name="models">The checkpoints, shared by all jobs of a host. The context does not dispose of them.</param>
/// <param name="progress">
/// Receives every event, on the threads that do the work, one at a time; null to ignore events. The job waits for it. The default is null.
/// </param>
/// <param name="stop">Cancels the job. The default is a token that never cancels.</param>
/// <param name="clock">
/// The clock of <see cref="ExtractionRequest.StopAfterMinutes"/>; null for the system's clock. The default is null.
/// </param>
public sealed class JobContext(ModelPool models, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default,
    TimeProvider? clock = null) : IProgress<ProgressEvent>
{
    readonly List<string> warnings = [];
    readonly Lock turn = new();

    /// <summary>The checkpoints, shared by all jobs of a host.</summary>
    public ModelPool Models => models;

    /// <summary>Turns the job's events into traces and metrics; null before and after the job.</summary>
    internal JobObserver? Observer { get; set; }

    /// <summary>The token that cancels the job.</summary>
    public CancellationToken Stop => stop;

    /// <summary>The clock of <see cref="ExtractionRequest.StopAfterMinutes"/>.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <summary>What is free on this machine.</summary>
    internal MachineProbe Machine { get; init; } = new();

    /// <summary>A copy of the warnings so far, in order, one sentence each. Safe from several threads.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (turn) return [.. warnings];
        }
    }

    /// <summary>Keeps warnings, and forwards every event. Safe from several threads, which wait for each other.</summary>
    /// <param name="value">The event. Of <see cref="Warned"/>, the text is kept.</param>
    public void Report(ProgressEvent value)
    {
        lock (turn)
        {
            if (value is Warned warned) warnings.Add(warned.Text);
            Observer?.Report(value);
            progress?.Report(value);
        }
    }
}
