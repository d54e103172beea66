using ConceptExpress.Imaging;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>A picture that can be drawn on. Text, pasted pictures and shapes are clipped at its edges.</summary>
sealed class Canvas : IDisposable
{
    const float RimWidth = 0.2f; // of both sides together, as a share of the text size

    readonly SKBitmap bitmap;

    /// <summary>Creates a canvas of one color.</summary>
    public Canvas(PixelSize size, Rgb background)
    {
        Size = size;
        bitmap = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(Of(background));
        Pen = new SKCanvas(bitmap);
    }

    /// <summary>Creates a canvas with a copy of a picture.</summary>
    public Canvas(RgbImage image) : this(image.Size, Rgb.Black) => Paste(image, 0, 0);

    public PixelSize Size { get; }

    /// <summary>The SkiaSharp canvas of the same pixels, for lines and shapes.</summary>
    public SKCanvas Pen { get; }

    Span<byte> Pixels => bitmap.GetPixelSpan(); // (height, width, 4)

    /// <summary>
    /// Blends a color over a pixel, which must be inside the picture. An <paramref name="opacity"/> of 0 keeps the pixel, 1 replaces it.
    /// </summary>
    public void Blend(int x, int y, Rgb color, double opacity = 1)
    {
        var pixel = Pixels.Slice(4 * (y * Size.Width + x), 3);
        pixel[0] = Mix(pixel[0], color.Red, opacity);
        pixel[1] = Mix(pixel[1], color.Green, opacity);
        pixel[2] = Mix(pixel[2], color.Blue, opacity);
    }

    /// <summary>
    /// Copies a picture. Its top left corner goes to (<paramref name="left"/>, <paramref name="top"/>), which may be outside.
    /// </summary>
    public void Paste(RgbImage image, int left, int top)
    {
        for (var y = Math.Max(0, -top); y < Math.Min(image.Height, Size.Height - top); y++)
            for (var x = Math.Max(0, -left); x < Math.Min(image.Width, Size.Width - left); x++)
                image.Row(y).Slice(3 * x, 3).CopyTo(Pixels[(4 * ((top + y) * Size.Width + left + x))..]);
    }

    /// <summary>Writes one line of text in <see cref="ProgramFont"/>.</summary>
    /// <param name="text">The text, without line breaks.</param>
    /// <param name="x">The column of the text's left end, center or right end, as <paramref name="align"/> says.</param>
    /// <param name="baseline">The row of the baseline.</param>
    /// <param name="size">The text size, roughly the line height in pixels.</param>
    /// <param name="color">The color of the letters.</param>
    /// <param name="align">Left if <paramref name="x"/> is the left end, and so on.</param>
    public void Write(string text, float x, float baseline, float size, Rgb color, SKTextAlign align = SKTextAlign.Left)
    {
        using var font = ProgramFont.OfSize(size);
        using var paint = new SKPaint { Color = Of(color), IsAntialias = true };
        Pen.DrawText(text, x, baseline, align, font, paint);
    }

    /// <summary>
    /// Writes a line of text centered at (<paramref name="x"/>, <paramref name="y"/>). A rim of another color keeps it legible on any
    /// background. Text that would extend beyond an edge is moved inside.
    /// </summary>
    public void WriteWithRim(string text, float x, float y, float size, Rgb color, Rgb rim)
    {
        using var font = ProgramFont.OfSize(size);
        font.Embolden = true;
        using var paint = new SKPaint
        {
            Color = Of(rim),
            IsAntialias = true,
            Style = SKPaintStyle.StrokeAndFill,
            StrokeWidth = RimWidth * size,
            StrokeJoin = SKStrokeJoin.Round,
        };
        font.MeasureText(text, out var bounds, paint);
        x = Within(x, bounds.Width / 2, Size.Width) - bounds.MidX;
        y = Within(y, bounds.Height / 2, Size.Height) - bounds.MidY;
        Pen.DrawText(text, x, y, font, paint);
        (paint.Color, paint.Style) = (Of(color), SKPaintStyle.Fill);
        Pen.DrawText(text, x, y, font, paint);
    }

    /// <summary>Copies the pixels into an image.</summary>
    public RgbImage ToImage()
    {
        var rgba = Pixels;
        var rgb = new byte[3 * Size.Area];
        for (var i = 0; i < Size.Area; i++) rgba.Slice(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        return new RgbImage(Size, rgb);
    }

    /// <summary>Returns the pixels as a file of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="quality">0 to 100; formats without losses ignore it.</param>
    public byte[] Encoded(SKEncodedImageFormat format, int quality)
    {
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public void Dispose()
    {
        Pen.Dispose();
        bitmap.Dispose();
    }

    static float Within(float middle, float half, int length) => Math.Clamp(middle, half, Math.Max(half, length - half));

    static SKColor Of(Rgb color) => new(color.Red, color.Green, color.Blue);

    static byte Mix(byte under, byte over, double opacity) => (byte)Math.Round(under + (over - under) * opacity);
}
