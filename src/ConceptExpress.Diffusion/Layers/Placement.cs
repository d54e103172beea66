using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Layers;

/// <summary>
/// Device and element type for the parameters of new layers. Weights are read directly into parameters of the final type, so a
/// half-precision model never exists in full precision, and nothing is initialised only to be overwritten.
/// </summary>
static class Placement
{
    [ThreadStatic] static ScalarType? type;
    [ThreadStatic] static Device? device;

    /// <summary>Sets type and device for layers that are constructed on this thread until the result is disposed of.</summary>
    public static IDisposable Use(ScalarType type, Device device)
    {
        var previous = new Restore(Placement.type, Placement.device);
        (Placement.type, Placement.device) = (type, device);
        return previous;
    }

    /// <summary>
    /// Returns a frozen parameter with undefined contents, of the type and device set by <see cref="Use"/> (fp32 on the CPU if not set).
    /// Without sizes it is a scalar.
    /// </summary>
    public static TorchSharp.Modules.Parameter Parameter(params long[] shape) =>
        new(empty(shape, dtype: type ?? ScalarType.Float32, device: device ?? CPU), requires_grad: false);

    sealed class Restore(ScalarType? type, Device? device) : IDisposable
    {
        public void Dispose() => (Placement.type, Placement.device) = (type, device);
    }
}
