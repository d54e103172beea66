using ConceptExpress.Diffusion;

namespace ConceptExpress.Jobs.Tests;

/// <summary>Keeps what a job reports, and does something at each event.</summary>
sealed class Listener(Action<ProgressEvent>? at = null) : IProgress<ProgressEvent>
{
    readonly List<ProgressEvent> events = [];

    public IReadOnlyList<ProgressEvent> Events => events;

    public IReadOnlyList<string> Phases => [.. events.OfType<PhaseBegan>().Select(phase => phase.Phase)];

    public void Report(ProgressEvent value)
    {
        events.Add(value);
        at?.Invoke(value);
    }
}
