namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Compares, counts and prints shapes of stored tensors.</summary>
static class TensorShape
{
    /// <summary>Returns a shape as text: <c>[2, 3]</c>.</summary>
    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>
    /// Returns whether shapes are equal, or differ only in trailing ones after at least two dimensions. Old checkpoints store the matrix of
    /// a linear layer as a 1x1 convolution: (O,I,1,1) for (O,I).
    /// </summary>
    public static bool AgreeButForTrailingOnes(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        if (a.SequenceEqual(b)) return true;
        var shorter = a.Length <= b.Length ? a : b;
        var longer = a.Length <= b.Length ? b : a;
        return shorter.Length >= 2 && longer[..shorter.Length].SequenceEqual(shorter) && !longer[shorter.Length..].ContainsAnyExcept(1);
    }

    /// <summary>Returns the number of elements, or null if the product of all sizes other than zero overflows.</summary>
    public static long? ElementCount(ReadOnlySpan<long> shape)
    {
        Int128 count = 1;
        var empty = false;
        foreach (var size in shape)
        {
            empty |= size == 0;
            count *= Math.Max(size, 1);
            if (count > long.MaxValue) return null;
        }
        return empty ? 0 : (long)count;
    }
}
