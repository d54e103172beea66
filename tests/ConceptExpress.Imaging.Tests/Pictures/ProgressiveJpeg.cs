namespace ConceptExpress.Imaging.Tests;

/// <summary>
/// A progressive JPEG of grey 8x8 blocks in two scans: the means of the blocks, then their other coefficients, which are all zero.
/// </summary>
static class ProgressiveJpeg
{
    const byte StartOfScan = 0xDA;

    /// <summary>All up to the first scan, and the second scan. The end marker is in neither.</summary>
    public static (byte[] First, byte[] Second) Of(int columns, int rows, Func<int, int, byte> block)
    {
        var baseline = new JpegFile(columns, rows, 1, null);
        var head = baseline.Head(8 * columns, 8 * rows);
        head[head.AsSpan().IndexOf((byte[])[0xFF, 0xC0]) + 1] = 0xC2;
        byte[] tables = head[..^10]; // without the head of the scan
        byte[] means = [.. tables, .. Scan(first: 0, last: 0), .. Means(columns, rows, block)];
        // Codes of "end of block" (the bit 0) and of a large coefficient (10), so that other data would show; then a 0 for each block.
        byte[] codes = [0xFF, 0xC4, 0, 21, 0x10, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x08];
        byte[] rest = [.. codes, .. Scan(first: 1, last: 63), .. new byte[(columns * rows + 7) / 8]];
        return (means, rest);
    }

    static byte[] Scan(byte first, byte last) => [0xFF, StartOfScan, 0, 8, 1, 1, 0x00, first, last, 0];

    static byte[] Means(int columns, int rows, Func<int, int, byte> block)
    {
        var (bits, previous) = (new List<int>(), 0);
        for (var i = 0; i < columns * rows; i++)
        {
            var mean = 8 * (block(i % columns, i / columns) - 128);
            JpegFile.AppendDifference(bits, mean - previous);
            previous = mean;
        }
        return JpegFile.Packed(bits);
    }
}
