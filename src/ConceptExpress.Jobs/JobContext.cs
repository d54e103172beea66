using ConceptExpress.Diffusion;
using ConceptExpress.Jobs.Models;

namespace ConceptExpress.Jobs;

/// <summary>What a job runs in.</summary>
/// <param name="models">Checkpoints, shared by all jobs of a host.</param>
/// <param name="progress">Receives all that happens, on the working threads, one at a time; null for nobody.</param>
/// <param name="stop">Cancels the job.</param>
public sealed class JobContext(ModelPool models, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) : IProgress<ProgressEvent>
{
    readonly List<string> warnings = [];
    readonly Lock turn = new();

    public ModelPool Models => models;

    public CancellationToken Stop => stop;

    /// <summary>What was warned of so far.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (turn) return [.. warnings];
        }
    }

    public void Report(ProgressEvent value)
    {
        lock (turn)
        {
            if (value is Warned warned) warnings.Add(warned.Text);
            progress?.Report(value);
        }
    }
}
