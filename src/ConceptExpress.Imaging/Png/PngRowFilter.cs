namespace ConceptExpress.Imaging;

/// <summary>
/// Applies PNG's row filters, which store a row as its difference from a prediction (W3C PNG specification, "Filtering").
/// </summary>
static class PngRowFilter
{
    const int FilterCount = 5;

    /// <summary>
    /// Writes the filter number and the filtered row into <paramref name="target"/>. Uses the filter with the smallest sum of absolute
    /// differences, as the specification recommends. <paramref name="above"/> must be all zero for the first row.
    /// </summary>
    internal static void WriteSmallest(
        ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int bytesPerPixel, Span<byte> scratch, Span<byte> target)
    {
        var smallest = long.MaxValue;
        for (var filter = 0; filter < FilterCount; filter++)
        {
            var sum = Apply(filter, row, above, bytesPerPixel, scratch);
            if (sum >= smallest) continue;
            smallest = sum;
            target[0] = (byte)filter;
            scratch.CopyTo(target[1..]);
        }
    }

    static long Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int bytesPerPixel, Span<byte> filtered)
    {
        var sum = 0L;
        for (var i = 0; i < row.Length; i++)
        {
            var (left, aboveLeft) = i < bytesPerPixel ? (0, 0) : (row[i - bytesPerPixel], above[i - bytesPerPixel]);
            var difference = (byte)(row[i] - Predict(filter, left, above[i], aboveLeft));
            filtered[i] = difference;
            sum += Math.Abs((int)(sbyte)difference);
        }
        return sum;
    }

    static int Predict(int filter, int left, int above, int aboveLeft) => filter switch
    {
        0 => 0,
        1 => left,
        2 => above,
        3 => (left + above) / 2,
        _ => Paeth(left, above, aboveLeft),
    };

    static int Paeth(int left, int above, int aboveLeft)
    {
        var estimate = left + above - aboveLeft;
        var (toLeft, toAbove, toAboveLeft) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - aboveLeft));
        if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
        return toAbove <= toAboveLeft ? above : aboveLeft;
    }
}
