namespace ConceptExpress.Imaging;

/// <summary>An opaque picture of 8 bits a channel: the one picture type, from a file's reader to a file's writer. Immutable.</summary>
/// <remarks>Samples are what the file holds: no colour profile was applied to them.</remarks>
public sealed class RgbImage
{
    const int Channels = 3;

    readonly byte[] pixels;

    /// <summary>Takes over <paramref name="pixels"/>: (height, width, 3), interleaved R G B, row by row from the top.</summary>
    /// <exception cref="ArgumentException">The array does not have height * width * 3 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public RgbImage(PixelSize size, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        (Size, this.pixels) = (size.Holding(pixels.LongLength, Channels), pixels);
    }

    public PixelSize Size { get; }

    /// <summary>Pixels from left to right.</summary>
    public int Width => Size.Width;

    /// <summary>Pixels from top to bottom.</summary>
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

    /// <summary>(width, 3) bytes of row <paramref name="y"/>.</summary>
    public ReadOnlySpan<byte> Row(int y) => pixels.AsSpan(Channels * Width * y, Channels * Width);
}
