using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Description of one tensor in a file: type, shape and place.</summary>
/// <param name="Name">The tensor's name, unique in its file.</param>
/// <param name="Type">The stored element type.</param>
/// <param name="Shape">Sizes of the dimensions, row-major; empty for a scalar.</param>
/// <param name="Offset">Offset of the first byte from the start of the file.</param>
/// <param name="Length">Size in bytes: number of elements times element size.</param>
sealed record TensorEntry(string Name, ScalarType Type, long[] Shape, long Offset, long Length);
