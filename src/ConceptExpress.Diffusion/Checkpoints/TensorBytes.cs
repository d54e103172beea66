using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Access to a tensor's memory in pieces. One span holds at most 2 GB, which is not enough for a large tensor.</summary>
static class TensorBytes
{
    const long ChunkBytes = 1L << 28;

    /// <summary>Receives one piece of memory, valid only during the call.</summary>
    public delegate void ChunkAction(Span<byte> bytes);

    /// <summary>Calls <paramref name="action"/> with the memory of a contiguous CPU tensor, in order, in pieces of up to 256 MiB.</summary>
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
