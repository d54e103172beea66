namespace ConceptExpress.Imaging;

/// <summary>An image of one byte a pixel, 0 black to 255 white; masks are of this kind.</summary>
public sealed class GrayImage
{
    readonly byte[] pixels;

    /// <summary>Takes over <paramref name="pixels"/>: (height, width), row by row from the top.</summary>
    /// <exception cref="ArgumentException">The array does not have height * width bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public GrayImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        PixelBuffer.CheckLength(width, height, channels: 1, pixels.Length);
        (Width, Height, this.pixels) = (width, height, pixels);
    }

    /// <summary>Pixels from left to right.</summary>
    public int Width { get; }

    /// <summary>Pixels from top to bottom.</summary>
    public int Height { get; }

    /// <summary>(height, width) bytes, row by row from the top.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>The value in column <paramref name="x"/> of row <paramref name="y"/>, counted from the top left corner.</summary>
    public byte this[int x, int y] => Row(y)[x];

    /// <summary>The bytes of row <paramref name="y"/>.</summary>
    public ReadOnlySpan<byte> Row(int y) => pixels.AsSpan(Width * y, Width);
}
