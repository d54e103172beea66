using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Layers;

/// <summary>
/// Where new layers put their parameters, and in which type. Weights are read straight into parameters of the final type,
/// so a half-precision model never exists in full precision, and nothing is initialised only to be overwritten.
/// </summary>
public static class Placement
{
    [ThreadStatic] static ScalarType? type;
    [ThreadStatic] static Device? device;

    /// <summary>Layers constructed on this thread until the result is disposed hold parameters of this type on this device.</summary>
    public static IDisposable Use(ScalarType type, Device device)
    {
        var previous = new Restore(Placement.type, Placement.device);
        (Placement.type, Placement.device) = (type, device);
        return previous;
    }

    /// <summary>A frozen parameter of the current type on the current device, with undefined contents. No sizes make a scalar.</summary>
    public static TorchSharp.Modules.Parameter Parameter(params long[] shape) =>
        new(empty(shape, dtype: type ?? ScalarType.Float32, device: device ?? CPU), requires_grad: false);

    sealed class Restore(ScalarType? type, Device? device) : IDisposable
    {
        public void Dispose() => (Placement.type, Placement.device) = (type, device);
    }
}
