using ConceptExpress.Diffusion;

namespace ConceptExpress.Testing;

/// <summary>Keeps every event, in its order. Unlike <see cref="Progress{T}"/> it hears of them on the working thread.</summary>
public sealed class RecordedProgress : IProgress<ProgressEvent>
{
    /// <summary>Sees each event as it comes; what it throws ends the work.</summary>
    public Action<ProgressEvent>? On { get; init; }

    public List<ProgressEvent> Events { get; } = [];

    public IReadOnlyList<T> All<T>() where T : ProgressEvent => [.. Events.OfType<T>()];

    public void Report(ProgressEvent value)
    {
        Events.Add(value);
        On?.Invoke(value);
    }
}
