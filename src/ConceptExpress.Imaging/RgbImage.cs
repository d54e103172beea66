namespace ConceptExpress.Imaging;

/// <summary>
/// An opaque RGB image with 8 bits per channel. Immutable. This is the only image type, from reading a file to writing one.
/// </summary>
/// <remarks>The samples are those of the file: color profiles are not applied.</remarks>
public sealed class RgbImage
{
    const int Channels = 3;

    readonly byte[] pixels;

    /// <summary>
    /// Wraps <paramref name="pixels"/> without copying, so do not change it afterwards: (height, width, 3), interleaved R G B, row by row
    /// from the top.
    /// </summary>
    /// <exception cref="ArgumentException">The array does not have height * width * 3 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public RgbImage(PixelSize size, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        (Size, this.pixels) = (size.Holding(pixels.LongLength, Channels), pixels);
    }

    /// <summary>The width and height in pixels.</summary>
    public PixelSize Size { get; }

    /// <summary>The number of pixels from left to right.</summary>
    public int Width => Size.Width;

    /// <summary>The number of pixels from top to bottom.</summary>
    public int Height => Size.Height;

    /// <summary>(height, width, 3) bytes, interleaved R G B, row by row from the top.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>The colour in column <paramref name="x"/> of row <paramref name="y"/>, counted from the top left corner.</summary>
    public (byte Red, byte Green, byte Blue) this[int x, int y]
    {
        get
        {
            var pixel = Row(y).Slice(Channels * x, Channels);
            return (pixel[0], pixel[1], pixel[2]);
        }
    }

    /// <summary>Returns the (width, 3) bytes of row <paramref name="y"/>, counted from the top.</summary>
    public ReadOnlySpan<byte> Row(int y) => pixels.AsSpan(Channels * Width * y, Channels * Width);
}
