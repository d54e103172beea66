namespace ConceptExpress.Imaging;

/// <summary>
/// An opaque RGB image with 8 bits per channel. Immutable. This is the only image type, from reading a file to writing one.
/// </summary>
/// <remarks>The samples are those of the file: color profiles are not applied.</remarks>
public sealed class RgbImage
{
    const int Channels = 3;

    readonly byte[] pixels;

    /// <summary>Makes an image of an array, without copying it.</summary>
    /// <param name="size">The width and height in pixels, each 1 or more.</param>
    /// <param name="pixels">
    /// (height, width, 3) bytes, interleaved R G B, row by row from the top. Do not change the array afterwards.
    /// </param>
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

    /// <summary>The colour of a pixel, 0 to 255 per channel.</summary>
    /// <param name="x">The column from the left, 0 to <see cref="Width"/> - 1.</param>
    /// <param name="y">The row from the top, 0 to <see cref="Height"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pixel is outside of the image.</exception>
    public (byte Red, byte Green, byte Blue) this[int x, int y]
    {
        get
        {
            var pixel = Row(y).Slice(Channels * x, Channels);
            return (pixel[0], pixel[1], pixel[2]);
        }
    }

    /// <summary>Returns the (width, 3) bytes of a row, interleaved R G B.</summary>
    /// <param name="y">The row from the top, 0 to <see cref="Height"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The row is outside of the image.</exception>
    public ReadOnlySpan<byte> Row(int y) => pixels.AsSpan(Channels * Width * y, Channels * Width);
}
