using System.Buffers.Binary;

namespace ConceptExpress.Imaging;

/// <summary>Inspects the first bytes of a file before any codec reads it.</summary>
static class ImageHeader
{
    /// <summary>Whether the bytes begin like a JPEG, PNG or WebP file.</summary>
    internal static bool IsKnown(ReadOnlySpan<byte> bytes) => IsPng(bytes) || IsJpeg(bytes) || IsWebp(bytes);

    /// <summary>
    /// Returns the size in a PNG's IHDR chunk. The codec opens a PNG only if pixel data follows, but a file that claims too large a size
    /// must be refused for its size even if it has no pixel data.
    /// </summary>
    /// <returns>
    /// The size; null if the bytes do not begin as a PNG. A side above 2^31 - 1, which PNG does not allow, is returned as 2^31 - 1.
    /// </returns>
    internal static PixelSize? PngSize(ReadOnlySpan<byte> bytes)
    {
        static int Side(ReadOnlySpan<byte> bytes) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), int.MaxValue);
        if (!IsPng(bytes) || bytes.Length < 24 || !bytes[12..16].SequenceEqual("IHDR"u8)) return null;
        return new PixelSize { Width = Side(bytes[16..]), Height = Side(bytes[20..]) };
    }

    /// <summary>Whether the bytes begin like a PNG file.</summary>
    internal static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngChunk.Signature);

    /// <summary>Whether the bytes begin like a JPEG file.</summary>
    internal static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Whether the bytes begin like a WebP file.</summary>
    internal static bool IsWebp(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8);
}
