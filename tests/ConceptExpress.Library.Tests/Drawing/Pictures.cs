using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Tests.Drawing;

/// <summary>Simple pictures, and what is to be seen in pictures.</summary>
static class Pictures
{
    public static RgbImage Gray(int width, int height, byte value = 128) =>
        new(new PixelSize { Width = width, Height = height }, [.. Enumerable.Repeat(value, 3 * width * height)]);

    public static Mask Square(int width, int height, int left, int top, int side)
    {
        var pixels = new bool[width * height];
        for (var y = top; y < top + side; y++) pixels.AsSpan(y * width + left, side).Fill(true);
        return new Mask(new PixelSize { Width = width, Height = height }, pixels);
    }

    /// <summary>The pixels that look like something, in a part of a picture or all of it.</summary>
    public static HashSet<(int X, int Y)> Where(this RgbImage image, Func<(byte Red, byte Green, byte Blue), bool> looks,
        Range? columns = null, Range? rows = null)
    {
        var (left, width) = (columns ?? Range.All).GetOffsetAndLength(image.Width);
        var (top, height) = (rows ?? Range.All).GetOffsetAndLength(image.Height);
        return [.. from y in Enumerable.Range(top, height) from x in Enumerable.Range(left, width) where looks(image[x, y]) select (x, y)];
    }
}
