using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Where and how a file keeps one tensor.</summary>
/// <param name="Name">The tensor's name, unique in its file.</param>
/// <param name="Type">The stored element type.</param>
/// <param name="Shape">Sizes of the dimensions, row-major; empty for a scalar.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="Length">Bytes: the number of elements times their size.</param>
public sealed record TensorEntry(string Name, ScalarType Type, long[] Shape, long Offset, long Length);
