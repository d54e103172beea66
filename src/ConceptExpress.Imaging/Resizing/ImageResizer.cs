namespace ConceptExpress.Imaging;

/// <summary>Resizes images with the same bytes as Pillow, so that encoders and models get the same input as in Python.</summary>
public static class ImageResizer
{
    /// <summary>
    /// Resizes the whole image with antialiasing: first along rows, then along columns, with 8-bit samples in between. A direction whose
    /// length does not change is skipped.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="size">The new width and height in pixels, each 1 or more. The proportions may change.</param>
    /// <param name="filter">The interpolation kernel.</param>
    /// <returns>An image of that size; <paramref name="image"/> itself if it has that size already.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the filter is unknown.</exception>
    /// <exception cref="OverflowException">
    /// The new size, or the size after the rows are resized, takes 2^31 bytes or more at three bytes per pixel.
    /// </exception>
    public static RgbImage Resize(RgbImage image, PixelSize size, ResizeFilter filter)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1);
        if (!Enum.IsDefined(filter)) throw new ArgumentOutOfRangeException(nameof(filter), filter, "this resize filter does not exist");
        if (size.Height < image.Height) return Shrink(image.Size, size, filter, image.Row);
        if (size.Width != image.Width) image = ResizeRows(image, size.Width, filter);
        if (size.Height != image.Height) image = ResizeColumns(image, size.Height, filter);
        return image;
    }

    /// <summary>Gives a row of a picture that need not exist as a whole, as (width, 3) samples. Rows are asked for in order.</summary>
    /// <param name="y">The number of the row from the top.</param>
    /// <returns>The row. If it lies where the row before lay, it must be the same row, and is not resized again.</returns>
    internal delegate ReadOnlySpan<byte> RowSource(int y);

    /// <summary>Resizes to fewer rows, without more memory than the result and a few rows need.</summary>
    /// <param name="source">The size of the picture.</param>
    /// <param name="size">The size of the result. Its height is below the source's.</param>
    /// <param name="filter">The kernel.</param>
    /// <param name="rowAt">Gives the rows.</param>
    internal static RgbImage Shrink(PixelSize source, PixelSize size, ResizeFilter filter, RowSource rowAt)
    {
        var rows = source.Width == size.Width ? null : new ResampleWeights(source.Width, size.Width, filter);
        var (result, resized) = (new ShrinkingRows(source.Height, size, filter), new byte[rows is null ? 0 : 3 * size.Width]);
        ReadOnlySpan<byte> previous = [];
        for (var y = 0; y < source.Height; y++)
        {
            var row = rowAt(y);
            if (rows is not null && row != previous) ResizeRow(row, rows, resized);
            result.Add(y, rows is null ? row : resized);
            previous = row;
        }
        return new RgbImage(size, result.Pixels);
    }

    static RgbImage ResizeRows(RgbImage image, int width, ResizeFilter filter)
    {
        var resample = new ResampleWeights(image.Width, width, filter);
        var pixels = new byte[checked(3 * width * image.Height)];
        for (var y = 0; y < image.Height; y++) ResizeRow(image.Row(y), resample, pixels.AsSpan(3 * width * y, 3 * width));
        return new RgbImage(image.Size with { Width = width }, pixels);
    }

    static void ResizeRow(ReadOnlySpan<byte> row, ResampleWeights resample, Span<byte> target)
    {
        for (var x = 0; x < resample.Length; x++)
        {
            var weights = resample.At(x, out var first);
            WeightedColor(row.Slice(3 * first, 3 * weights.Length), weights, target.Slice(3 * x, 3));
        }
    }

    static void WeightedColor(ReadOnlySpan<byte> source, ReadOnlySpan<int> weights, Span<byte> target)
    {
        var (red, green, blue) = (ResampleWeights.Half, ResampleWeights.Half, ResampleWeights.Half);
        for (var k = 0; k < weights.Length; k++)
        {
            var weight = weights[k];
            red += source[3 * k] * weight;
            green += source[3 * k + 1] * weight;
            blue += source[3 * k + 2] * weight;
        }
        target[0] = ResampleWeights.ToSample(red);
        target[1] = ResampleWeights.ToSample(green);
        target[2] = ResampleWeights.ToSample(blue);
    }

    static RgbImage ResizeColumns(RgbImage image, int height, ResizeFilter filter)
    {
        var resample = new ResampleWeights(image.Height, height, filter);
        var pixels = new byte[checked(3 * image.Width * height)];
        var sums = new int[3 * image.Width];
        for (var y = 0; y < height; y++)
        {
            var weights = resample.At(y, out var first);
            Array.Fill(sums, ResampleWeights.Half);
            for (var k = 0; k < weights.Length; k++) ShrinkingRows.AddWeighted(image.Row(first + k), weights[k], sums);
            var target = pixels.AsSpan(y * sums.Length, sums.Length);
            for (var i = 0; i < sums.Length; i++) target[i] = ResampleWeights.ToSample(sums[i]);
        }
        return new RgbImage(image.Size with { Height = height }, pixels);
    }
}
