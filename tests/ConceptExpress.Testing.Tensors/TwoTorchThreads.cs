using ConceptExpress.Diffusion;

namespace ConceptExpress.Testing;

/// <summary>Sums are split among torch's threads: a fixed number of them gives every machine the same rounding.</summary>
public sealed class TwoTorchThreads
{
    public TwoTorchThreads() => TorchRuntime.UseThreads(2);
}
