using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>A tensor's memory as spans, which are too short (2 GB) to hold a large tensor at once.</summary>
internal static class TensorBytes
{
    const long ChunkBytes = 1L << 28;

    public delegate void ChunkAction(Span<byte> bytes);

    /// <summary>Hands out the memory of a contiguous CPU tensor, piece by piece, in order.</summary>
    public static void ForEachChunk(Tensor tensor, ChunkAction action)
    {
        using var flat = tensor.view(-1);
        var (count, perChunk) = (flat.shape[0], ChunkBytes / tensor.ElementSize);
        for (long start = 0; start < count; start += perChunk)
        {
            using var piece = flat.narrow(0, start, Math.Min(perChunk, count - start));
            action(piece.bytes);
        }
    }
}
