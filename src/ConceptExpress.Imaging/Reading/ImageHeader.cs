using System.Buffers.Binary;

namespace ConceptExpress.Imaging;

/// <summary>What the first bytes of a file tell before any codec sees it.</summary>
static class ImageHeader
{
    /// <summary>Whether the bytes begin as a JPEG, PNG or WebP file does.</summary>
    internal static bool IsKnown(ReadOnlySpan<byte> bytes) => IsPng(bytes) || IsJpeg(bytes) || IsWebp(bytes);

    /// <summary>
    /// The size that a PNG's IHDR chunk gives. The codec opens a PNG only when pixel data follows, and a file that promises
    /// too much is to be refused for that even where it holds nothing.
    /// </summary>
    /// <returns>Null where the bytes begin otherwise. A side beyond 2^31 - 1, which PNG does not allow, counts as that.</returns>
    internal static PixelSize? PngSize(ReadOnlySpan<byte> bytes)
    {
        static int Side(ReadOnlySpan<byte> bytes) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), int.MaxValue);
        if (!IsPng(bytes) || bytes.Length < 24 || !bytes[12..16].SequenceEqual("IHDR"u8)) return null;
        return new PixelSize { Width = Side(bytes[16..]), Height = Side(bytes[20..]) };
    }

    /// <summary>Whether the bytes begin as a PNG file does.</summary>
    internal static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngChunk.Signature);

    static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..];

    static bool IsWebp(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8);
}
