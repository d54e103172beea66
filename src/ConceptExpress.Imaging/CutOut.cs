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
        var (source, target) = (PixelSize.Square(side), PixelSize.Square(size));
        if (side > size) return Shrunk(picture, mask, (left, top), source, target);
        var pixels = new byte[3 * side * side];
        for (var y = 0; y < side; y++) WriteRow(picture, mask, (left, top + y), pixels.AsSpan(3 * side * y, 3 * side));
        return ImageResizer.Resize(new RgbImage(source, pixels), target, ResizeFilter.Bilinear);
    }

    /// <summary>The side of the square that <see cref="Of"/> cuts around a mask that is not empty, margin included, in pixels.</summary>
    public static int SideAround(Mask mask) => Square(mask).Side;

    // Row by row, because the square around something long and thin may be much larger than the picture.
    static RgbImage Shrunk(RgbImage picture, Mask mask, (int Left, int Top) corner, PixelSize source, PixelSize target)
    {
        var background = new byte[3 * source.Width];
        Array.Fill(background, Grey);
        byte[][] rows = [new byte[background.Length], new byte[background.Length]]; // in turn, so that no two rows lie in one place
        return ImageResizer.Shrink(source, target, ResizeFilter.Bilinear, y =>
        {
            if (!IsInside(corner.Top + y, picture.Height)) return background;
            WriteRow(picture, mask, (corner.Left, corner.Top + y), rows[y % 2]);
            return rows[y % 2];
        });
    }

    // Writes the thing's pixels in a row that begins at a place in or beside the picture, and grey where there are none.
    static void WriteRow(RgbImage picture, Mask mask, (int Column, int Row) from, Span<byte> target)
    {
        target.Fill(Grey);
        if (!IsInside(from.Row, picture.Height)) return;
        for (var i = Math.Max(0, -from.Column); i < target.Length / 3 && from.Column + i < picture.Width; i++)
            if (mask[from.Column + i, from.Row])
                picture.Row(from.Row).Slice(3 * (from.Column + i), 3).CopyTo(target[(3 * i)..]);
    }

    static bool IsInside(int row, int height) => row >= 0 && row < height;

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
