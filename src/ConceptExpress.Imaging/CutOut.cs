namespace ConceptExpress.Imaging;

/// <summary>Cuts one thing out of a picture and shows it on grey, as large as fits with a margin.</summary>
static class CutOut
{
    /// <summary>The value of the background in all three channels.</summary>
    public const byte Grey = 128;

    // On each side, as a share of the longer side of the thing.
    const double Margin = 0.12;

    /// <summary>Cuts a thing out by its mask, and resizes it to a square.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <param name="mask">The mask of the thing, of the picture's size and not empty.</param>
    /// <param name="size">The side of the result in pixels, 1 or more.</param>
    /// <returns>An image of <paramref name="size"/> x <paramref name="size"/> pixels.</returns>
    /// <exception cref="ArgumentException">The mask is empty, or its size differs from that of the picture.</exception>
    public static RgbImage Of(RgbImage picture, Mask mask, int size)
    {
        if (mask.Size != picture.Size) throw new ArgumentException("The mask must have the size of the picture.", nameof(mask));
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
        if (right < 0) throw new ArgumentException("The mask is empty; it must have at least one pixel.", nameof(mask));
        var side = (int)Math.Ceiling(Math.Max(right - left + 1, bottom - top + 1) * (1 + 2 * Margin));
        return ((left + right + 1 - side) / 2, (top + bottom + 1 - side) / 2, side);
    }
}
