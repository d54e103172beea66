using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>A row of elements in the file. Tensors are views of it, and may share it.</summary>
/// <param name="type">The element type.</param>
/// <param name="elementBytes">Bytes per element.</param>
/// <param name="key">The storage's key, unique in its file.</param>
/// <param name="count">Number of elements.</param>
sealed class PickleStorage(ScalarType type, int elementBytes, string key, long count)
{
    public ScalarType Type { get; } = type;

    public int ElementBytes { get; } = elementBytes;

    public string Key { get; } = key;

    public long Count { get; } = count;

    /// <summary>Size in bytes.</summary>
    public long Length => Count * ElementBytes;
}

/// <summary>
/// A tensor as a view of a storage. It is checked: all its elements are inside the storage. Element (i, j, ...) is number
/// <c>Offset + i * Strides[0] + j * Strides[1] + ...</c> of the storage.
/// </summary>
/// <param name="Storage">Where the elements are.</param>
/// <param name="Offset">Number of the first element.</param>
/// <param name="Shape">Sizes of the dimensions; empty for a scalar.</param>
/// <param name="Strides">Distances between neighbours of each dimension, in elements.</param>
/// <param name="Count">Number of elements.</param>
sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides, long Count) : PickleValue
{
    /// <summary>Maximum number of dimensions; more than any library supports.</summary>
    public const int MaxRank = 64;

    // A view can repeat elements (stride 0), so a small file can claim a tensor of any size. More than this must be in the file.
    const long MaxRepeated = 1 << 24;

    /// <summary>Number of elements of the storage from the first to the last that the tensor uses.</summary>
    public long Span => Count == 0 ? 0 : (long)Reach(Shape, Strides) + 1;

    /// <summary>Whether the elements follow each other in the storage, row-major.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var d = Shape.Length - 1; d >= 0; d--)
            {
                if (Shape[d] == 1) continue;
                if (Strides[d] != expected && Count > 0) return false;
                expected *= Shape[d];
            }
            return true;
        }
    }

    /// <summary>Checks a view. Returns it, or what is wrong with it.</summary>
    public static (PickleTensor? Tensor, string Fault) Check(PickleStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length) return (null, $"has {shape.Length} sizes but {strides.Length} strides");
        if (offset < 0 || shape.Any(size => size < 0) || strides.Any(stride => stride < 0))
            return (null, "has a negative offset, size or stride");
        if (TensorShape.ElementCount(shape) is not { } count || count > long.MaxValue / storage.ElementBytes)
            return (null, $"has the shape {TensorShape.Text(shape)}, whose size overflows");
        var last = count == 0 ? offset - 1 : offset + Reach(shape, strides);
        if (last >= storage.Count)
            return (null, $"reaches beyond its storage {CheckpointException.Quoted(storage.Key)} of {storage.Count} elements");
        if (count > Math.Max(storage.Count, MaxRepeated))
            return (null, $"repeats the {storage.Count} elements of its storage to fill the shape {TensorShape.Text(shape)}");
        return (new PickleTensor(storage, offset, shape, strides, count), "");
    }

    // At most 64 products of two numbers below 2^63: no overflow of Int128 is possible if they are cut off on the way.
    static Int128 Reach(long[] shape, long[] strides)
    {
        Int128 reach = 0;
        for (var d = 0; d < shape.Length; d++) reach = Int128.Min(reach + (Int128)(shape[d] - 1) * strides[d], Int128.MaxValue >> 2);
        return reach;
    }
}
