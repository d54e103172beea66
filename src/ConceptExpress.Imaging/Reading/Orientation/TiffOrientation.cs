using System.Buffers.Binary;

namespace ConceptExpress.Imaging;

/// <summary>Reads the orientation from EXIF data, which is a TIFF file without pixels.</summary>
static class TiffOrientation
{
    const ushort Tag = 0x0112;
    const int HeaderLength = 8;
    const int CountLength = 2;
    const int EntryLength = 12;

    internal static ReadOnlySpan<byte> ExifPrefix => "Exif\0\0"u8;

    /// <summary>Whether the data begin as TIFF: a byte order, then 42 in that order.</summary>
    internal static bool IsTiff(ReadOnlySpan<byte> data) =>
        data is [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..];

    /// <summary>
    /// Returns the orientation in the first directory, 1 to 8; null if there is none or the data are malformed. The data may begin with
    /// <see cref="ExifPrefix"/>, whatever holds them: some programs write it where it does not belong, and others leave it out.
    /// </summary>
    internal static int? Of(ReadOnlySpan<byte> data)
    {
        var tiff = data.StartsWith(ExifPrefix) ? data[ExifPrefix.Length..] : data;
        if (!IsTiff(tiff) || tiff.Length < HeaderLength) return null;
        var littleEndian = tiff[0] == 'I';
        var directory = UInt32(tiff[4..], littleEndian);
        if (directory > tiff.Length - CountLength) return null;

        // Only the first directory counts, and no offset is followed from it, so data that point in a circle are not walked.
        var entries = tiff[((int)directory + CountLength)..];
        for (var left = UInt16(tiff[(int)directory..], littleEndian); left > 0 && entries.Length >= EntryLength; left--)
        {
            if (UInt16(entries, littleEndian) == Tag && Value(entries, littleEndian) is >= 1 and <= 8 and var value) return (int)value;
            entries = entries[EntryLength..];
        }
        return null;
    }

    // An entry is tag, type, count and, from byte 8, its value. A value shorter than four bytes stands at the left.
    static uint? Value(ReadOnlySpan<byte> entry, bool littleEndian) =>
        UInt32(entry[4..], littleEndian) != 1 ? null : UInt16(entry[2..], littleEndian) switch
        {
            1 => entry[8], // BYTE
            3 => UInt16(entry[8..], littleEndian), // SHORT
            4 => UInt32(entry[8..], littleEndian), // LONG
            _ => null,
        };

    static ushort UInt16(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    static uint UInt32(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
