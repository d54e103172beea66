using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>A picture that is being drawn. Whatever falls outside of it is dropped.</summary>
public sealed class Canvas
{
    readonly byte[] pixels; // (height, width, 3)

    public Canvas(int width, int height, Rgb background)
    {
        (Width, Height, pixels) = (width, height, new byte[3 * width * height]);
        Fill(0, 0, width, height, background);
    }

    /// <summary>Begins with a copy of a picture.</summary>
    public Canvas(RgbImage image) => (Width, Height, pixels) = (image.Width, image.Height, image.Pixels.ToArray());

    public int Width { get; }
    public int Height { get; }

    /// <summary>Lays a colour over a pixel; <paramref name="opacity"/> 0 leaves the pixel, 1 replaces it.</summary>
    public void Blend(int x, int y, Rgb color, double opacity = 1)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height) return;
        var pixel = pixels.AsSpan(3 * (y * Width + x), 3);
        pixel[0] = Mix(pixel[0], color.Red, opacity);
        pixel[1] = Mix(pixel[1], color.Green, opacity);
        pixel[2] = Mix(pixel[2], color.Blue, opacity);
    }

    public void Fill(int x, int y, int width, int height, Rgb color)
    {
        for (var row = y; row < y + height; row++)
            for (var column = x; column < x + width; column++)
                Blend(column, row, color);
    }

    /// <summary>Copies a picture to where its top left corner is to be.</summary>
    public void Paste(RgbImage image, int left, int top)
    {
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
            {
                var (red, green, blue) = image[x, y];
                Blend(left + x, top + y, new Rgb(red, green, blue));
            }
    }

    /// <summary>Writes one line of text in <see cref="PixelFont"/>; <paramref name="scale"/> is the side of a font pixel.</summary>
    public void Write(string text, int left, int top, int scale, Rgb color)
    {
        foreach (var (x, y) in PixelFont.Dots(text)) Fill(left + x * scale, top + y * scale, scale, scale, color);
    }

    /// <summary>As <see cref="Write"/>, with a rim of another colour that keeps it legible on any ground.</summary>
    public void WriteWithRim(string text, int left, int top, int scale, Rgb color, Rgb rim)
    {
        foreach (var (x, y) in PixelFont.Dots(text)) Fill(left + (x - 1) * scale, top + (y - 1) * scale, 3 * scale, 3 * scale, rim);
        Write(text, left, top, scale, color);
    }

    public RgbImage ToImage() => new(Width, Height, [.. pixels]);

    static byte Mix(byte under, byte over, double opacity) => (byte)Math.Round(under + (over - under) * opacity);
}
