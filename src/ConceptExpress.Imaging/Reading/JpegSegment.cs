using System.Buffers.Binary;

namespace ConceptExpress.Imaging;

/// <summary>Walks over the segments of a JPEG: 0xFF, a marker, and for most markers a length and data (ITU-T T.81, annex B).</summary>
static class JpegSegment
{
    internal const byte StartOfScan = 0xDA;
    internal const byte EndOfImage = 0xD9;

    /// <summary>The length of the marker that begins a file.</summary>
    internal const int StartLength = 2;

    const int LengthLength = 2;

    /// <summary>
    /// Removes the next segment from <paramref name="rest"/> and returns its parts. Bytes before it that belong to no marker are skipped,
    /// such as the compressed samples after <see cref="StartOfScan"/>.
    /// </summary>
    /// <returns>False if no complete segment is left.</returns>
    internal static bool TryTake(ref ReadOnlySpan<byte> rest, out byte marker, out ReadOnlySpan<byte> data)
    {
        data = [];
        if (!TryTakeMarker(ref rest, out marker)) return false;
        if (marker == EndOfImage) return true;
        if (rest.Length < LengthLength) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length < LengthLength || length > rest.Length) return false;
        data = rest[LengthLength..length];
        rest = rest[length..];
        return true;
    }

    static bool TryTakeMarker(ref ReadOnlySpan<byte> rest, out byte marker)
    {
        marker = 0;
        for (int at; (at = rest.IndexOf((byte)0xFF)) >= 0;)
        {
            rest = rest[(at + 1)..];
            if (rest.IsEmpty) return false;
            if (rest[0] == 0xFF) continue; // a fill byte
            marker = rest[0];
            rest = rest[1..];
            if (!StandsAlone(marker)) return true;
        }
        return false;
    }

    // A stuffed zero, TEM, the restarts between samples, and a start of image have no data and end nothing.
    static bool StandsAlone(byte marker) => marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8);
}
