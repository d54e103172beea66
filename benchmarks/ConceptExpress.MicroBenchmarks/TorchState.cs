using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks;

/// <summary>What a benchmark keeps between its setup and its cleanup.</summary>
sealed class TorchState : IDisposable
{
    readonly List<IDisposable> kept = [];

    /// <summary>Keeps a tensor, outside all scopes, until <see cref="Dispose"/>.</summary>
    public Tensor Keep(Tensor tensor)
    {
        kept.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>Keeps a model until <see cref="Dispose"/>.</summary>
    public T Keep<T>(T owner) where T : IDisposable
    {
        kept.Add(owner);
        return owner;
    }

    /// <summary>Frees all that was kept. More can be kept afterwards.</summary>
    public void Dispose()
    {
        foreach (var one in kept) one.Dispose();
        kept.Clear();
    }
}
