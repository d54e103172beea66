namespace ConceptExpress.Imaging;

/// <summary>
/// Tells whether a JPEG that was cut has begun all its scans. A progressive one that ends between two scans has every row, but coarser.
/// </summary>
static class JpegScans
{
    const int Coefficients = 64;
    const byte Progressive = 0xC2;

    /// <summary>Whether the scans of a file give every bit of every coefficient of every component.</summary>
    internal static bool AreAllThere(ReadOnlySpan<byte> jpeg)
    {
        var exact = new Dictionary<byte, bool[]>(); // by component, the coefficients whose last bit has come
        var progressive = false;
        var rest = jpeg[JpegSegment.StartLength..];
        while (JpegSegment.TryTake(ref rest, out var marker, out var data))
            if (IsFrame(marker) && data.Length >= 6)
            {
                progressive = marker == Progressive;
                for (var i = 6; i < data.Length; i += 3) exact[data[i]] = new bool[Coefficients];
            }
            else if (marker == JpegSegment.StartOfScan)
            {
                Note(data, progressive, exact);
            }
        return exact.Count > 0 && exact.Values.All(bits => bits.All(isExact => isExact));
    }

    // A scan: the number of its components, each with its tables; the first and last coefficient; bit positions before and after.
    static void Note(ReadOnlySpan<byte> scan, bool progressive, Dictionary<byte, bool[]> exact)
    {
        if (scan.IsEmpty || scan.Length < 4 + 2 * scan[0]) return;
        var range = scan[(1 + 2 * scan[0])..];
        var (first, last, bit) = progressive ? (range[0], range[1], range[2] & 0x0F) : (0, Coefficients - 1, 0);
        if (bit != 0) return;
        for (var i = 0; i < scan[0]; i++)
            if (exact.TryGetValue(scan[1 + 2 * i], out var bits))
                for (var k = first; k <= Math.Min(last, Coefficients - 1); k++) bits[k] = true;
    }

    // Frames of all processes; among their numbers are three other segments (tables of two kinds, an extension).
    static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;
}
