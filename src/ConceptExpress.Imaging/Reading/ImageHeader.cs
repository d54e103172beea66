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
    internal static bool TryReadPngSize(ReadOnlySpan<byte> bytes, out long width, out long height)
    {
        (width, height) = (0, 0);
        if (!IsPng(bytes) || bytes.Length < 24 || !bytes[12..16].SequenceEqual("IHDR"u8)) return false;
        width = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        height = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        return true;
    }

    /// <summary>Whether the bytes begin as a PNG file does.</summary>
    internal static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngChunk.Signature);

    static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..];

    static bool IsWebp(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8);
}
