using TorchSharp;

namespace ConceptExpress.Testing;

/// <summary>Sums are split among torch's threads: a fixed number of them gives every machine the same rounding.</summary>
public sealed class TwoTorchThreads
{
    public TwoTorchThreads() => torch.set_num_threads(2);
}
