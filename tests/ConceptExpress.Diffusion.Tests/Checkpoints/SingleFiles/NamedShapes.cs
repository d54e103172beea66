using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>Names and shapes as a file has them, without values.</summary>
sealed class NamedShapes(IReadOnlyDictionary<string, long[]> shapes) : ITensorSource
{
    public string Path => "shapes.safetensors";

    public IReadOnlyCollection<string> Names => [.. shapes.Keys];

    public TensorEntry this[string name] => new(name, ScalarType.Float32, shapes[name], 0, 0);

    public Tensor Read(string name) => throw new InvalidOperationException("these tensors have no values");

    public void Dispose()
    {
        // nothing is open
    }
}
