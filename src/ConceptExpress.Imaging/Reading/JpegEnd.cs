namespace ConceptExpress.Imaging;

/// <summary>
/// Reads the pictures of JPEG files whose end is missing. A decoder fills what is missing and does not say how much that is. So the file
/// is decoded with two different ends, and rows that depend on the end are those that are missing.
/// </summary>
static class JpegEnd
{
    /// <summary>
    /// The share of rows that may be missing. The rows that are missing are grey, and a concept could be found in them if they were more.
    /// </summary>
    internal const double MaxMissing = 0.05;

    const int NoiseLength = 1 << 12;

    const int MinFilling = 64;

    static ReadOnlySpan<byte> Marker => [0xFF, JpegSegment.EndOfImage];

    /// <summary>Whether a file lacks the marker that ends its picture.</summary>
    internal static bool IsMissing(ReadOnlySpan<byte> jpeg)
    {
        var rest = jpeg[JpegSegment.StartLength..];
        while (JpegSegment.TryTake(ref rest, out var marker, out _))
            if (marker == JpegSegment.EndOfImage) return false;
        return true;
    }

    /// <summary>Returns a file that ends where <paramref name="jpeg"/> was cut. A decoder fills what is missing with grey.</summary>
    internal static byte[] Ended(ReadOnlySpan<byte> jpeg) => [.. Body(jpeg), .. Marker];

    /// <summary>Returns a file that goes on with noise where <paramref name="jpeg"/> was cut.</summary>
    internal static byte[] GoingOn(ReadOnlySpan<byte> jpeg)
    {
        var noise = new byte[NoiseLength];
        var state = 1u;
        for (var i = 0; i < noise.Length; i++)
        {
            state = 1664525 * state + 1013904223;
            noise[i] = (byte)((state >> 24) % 255); // never 0xFF, which would be a marker
        }
        return [.. Body(jpeg), .. noise, .. Marker];
    }

    /// <summary>Returns the number of rows before the first one in which two pictures of one size differ.</summary>
    /// <param name="one">(height, width, 4) bytes.</param>
    /// <param name="other">(height, width, 4) bytes.</param>
    /// <param name="width">The number of pixels in a row.</param>
    internal static int SameRows(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, int width) =>
        one.CommonPrefixLength(other) / (4 * width);

    // Without the zeros that fill the rest of a file whose download broke off. Fewer of them may be compressed samples.
    static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> jpeg)
    {
        var length = jpeg.LastIndexOfAnyExcept((byte)0) + 1;
        if (jpeg.Length - length < MinFilling) return jpeg;
        return jpeg[..(jpeg[length - 1] == 0xFF ? length + 1 : length)]; // a zero after 0xFF belongs to it
    }
}
