namespace ConceptExpress.Imaging;

/// <summary>The grey values of a mask file, 0 to 255, before they are converted to a <see cref="Mask"/>.</summary>
sealed class GrayImage
{
    readonly byte[] pixels;

    /// <summary>Wraps <paramref name="pixels"/> without copying: (height, width), row by row from the top.</summary>
    /// <exception cref="ArgumentException">The array does not have height * width bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public GrayImage(PixelSize size, byte[] pixels) => (Size, this.pixels) = (size.Holding(pixels.LongLength, channels: 1), pixels);

    public PixelSize Size { get; }

    public int Width => Size.Width;

    public int Height => Size.Height;

    /// <summary>(height, width) bytes, row by row from the top.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>The value in column <paramref name="x"/> of row <paramref name="y"/>, counted from the top left corner.</summary>
    public byte this[int x, int y] => pixels[Width * y + x];

    /// <summary>Returns the mask of all pixels above 127. Soft edges are cut at their middle.</summary>
    public Mask ToMask() => new(Size, Array.ConvertAll(pixels, value => value > 127));
}
