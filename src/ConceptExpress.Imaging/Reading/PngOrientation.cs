using System.Buffers.Binary;
using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>Reads the orientation from a PNG's eXIf chunk, because SkiaSharp's codec ignores it.</summary>
static class PngOrientation
{
    const ushort OrientationTag = 0x0112;
    const ushort ShortType = 3;
    const int EntryLength = 12;

    /// <summary>Returns the orientation of a PNG file; upright if the file has none, or if the chunk is malformed.</summary>
    internal static SKEncodedOrigin Of(ReadOnlySpan<byte> png)
    {
        var rest = png[PngChunk.Signature.Length..];
        while (PngChunk.TryTake(ref rest, out var type, out var data))
            if (type.SequenceEqual("eXIf"u8))
                return OfTiff(data);
        return SKEncodedOrigin.TopLeft;
    }

    // TIFF has a byte order, 42, and the offset of a directory. The directory has a count, then entries of tag, type, count and value.
    static SKEncodedOrigin OfTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff is not ([(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..])) return SKEncodedOrigin.TopLeft;
        var littleEndian = tiff[0] == 'I';
        var directory = tiff.Length < 8 ? uint.MaxValue : UInt32(tiff[4..], littleEndian);
        if (directory > tiff.Length - 2) return SKEncodedOrigin.TopLeft;

        var count = UInt16(tiff[(int)directory..], littleEndian);
        var entries = tiff[((int)directory + 2)..];
        for (var left = count; left > 0 && entries.Length >= EntryLength; left--, entries = entries[EntryLength..])
            if (UInt16(entries, littleEndian) == OrientationTag && UInt16(entries[2..], littleEndian) == ShortType)
                return (SKEncodedOrigin)UInt16(entries[8..], littleEndian);
        return SKEncodedOrigin.TopLeft;
    }

    static ushort UInt16(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    static uint UInt32(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
