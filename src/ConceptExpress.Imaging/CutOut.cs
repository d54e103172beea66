namespace ConceptExpress.Imaging;

/// <summary>One thing of a picture, alone on grey and as large as fits.</summary>
public static class CutOut
{
    /// <summary>What is around the thing, in all three channels.</summary>
    public const byte Grey = 128;

    const double Margin = 0.12;

    /// <summary>Cuts a thing out by its mask.</summary>
    /// <param name="picture">Any size.</param>
    /// <param name="mask">Of the picture's size, and not empty.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <returns><paramref name="size"/> x <paramref name="size"/> pixels.</returns>
    /// <exception cref="ArgumentException">The mask is empty or of another size.</exception>
    public static RgbImage Of(RgbImage picture, Mask mask, int size)
    {
        if (mask.Size != picture.Size) throw new ArgumentException("The mask is not of the picture's size.", nameof(mask));
        var (left, top, side) = Square(mask);
        var pixels = new byte[3 * side * side];
        Array.Fill(pixels, Grey);
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (column, row) = (left + x, top + y);
                if (column < 0 || row < 0 || column >= picture.Width || row >= picture.Height || !mask[column, row]) continue;
                picture.Row(row).Slice(3 * column, 3).CopyTo(pixels.AsSpan(3 * (side * y + x)));
            }
        return ImageResizer.Resize(new RgbImage(PixelSize.Square(side), pixels), PixelSize.Square(size), ResizeFilter.Bilinear);
    }

    // The smallest square around the thing, with a margin.
    static (int Left, int Top, int Side) Square(Mask mask)
    {
        var (left, top, right, bottom) = (mask.Width, mask.Height, -1, -1);
        for (var y = 0; y < mask.Height; y++)
            for (var x = 0; x < mask.Width; x++)
                if (mask[x, y]) (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
        if (right < 0) throw new ArgumentException("The mask is empty.", nameof(mask));
        var side = (int)Math.Ceiling(Math.Max(right - left + 1, bottom - top + 1) * (1 + 2 * Margin));
        return ((left + right + 1 - side) / 2, (top + bottom + 1 - side) / 2, side);
    }
}
