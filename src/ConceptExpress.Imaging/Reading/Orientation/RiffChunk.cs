using System.Buffers.Binary;

namespace ConceptExpress.Imaging;

/// <summary>Walks over the chunks of a WebP file: type, length, data, and a byte more if the length is odd (RFC 9649, section 2).</summary>
static class RiffChunk
{
    /// <summary>The length of "RIFF", the file's size and "WEBP".</summary>
    internal const int HeaderLength = 12;

    const int Prefix = 8;

    /// <summary>
    /// Removes the first chunk from <paramref name="rest"/> and returns its parts; returns false if no complete chunk is left.
    /// </summary>
    internal static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = data = [];
        if (rest.Length < Prefix) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        if (length > rest.Length - Prefix) return false;
        type = rest[..4];
        data = rest.Slice(Prefix, (int)length);
        rest = rest[Math.Min(Prefix + (int)length + (int)(length % 2), rest.Length)..];
        return true;
    }
}
