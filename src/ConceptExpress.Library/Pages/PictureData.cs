using ConceptExpress.Extraction.Attention;
using ConceptExpress.Imaging;
using SkiaSharp;

namespace ConceptExpress.Library.Pages;

/// <summary>Pictures as data URIs, which a page holds itself.</summary>
static class PictureData
{
    const int ExactSide = 256; // pictures up to this side, in pixels, are kept exactly, and shown with sharp pixels
    const int JpegQuality = 85;
    const double Opacity = 0.9; // of the highest value of a map

    // From dark violet over red to yellow: brighter is more, also in grey and for people who see colors differently.
    static readonly (double At, byte Red, byte Green, byte Blue)[] Ramp =
    [
        (0, 40, 11, 84), (0.25, 101, 21, 110), (0.5, 188, 55, 84), (0.75, 249, 142, 9), (1, 252, 255, 164),
    ];

    /// <summary>Returns a picture as PNG if it is small, else as JPEG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="maxSide">A picture with a longer side than this, in pixels, is shrunk to it.</param>
    public static string Of(RgbImage image, int maxSide)
    {
        var shown = Shrunk(image, maxSide);
        if (Math.Max(shown.Width, shown.Height) <= ExactSide)
        {
            using var stream = new MemoryStream();
            PngWriter.Write(stream, shown);
            return Uri("image/png", stream.ToArray());
        }
        using var bitmap = new SKBitmap(new SKImageInfo(shown.Width, shown.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < shown.Size.Area; i++)
        {
            shown.Pixels.Slice(3 * i, 3).CopyTo(pixels[(4 * i)..]);
            pixels[4 * i + 3] = byte.MaxValue;
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return Uri("image/jpeg", data.ToArray());
    }

    /// <summary>The class of elements that show a picture of this size: whether its pixels are shown sharp.</summary>
    public static string ClassOf(PixelSize size) => Math.Max(size.Width, size.Height) <= ExactSide ? "exact" : "smooth-picture";

    /// <summary>
    /// Returns an attention map as a picture to lay over another, with one pixel per cell: its highest value is yellow, 0 is transparent.
    /// </summary>
    public static string Of(AttentionMap map)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(map.Grid.Width, map.Grid.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var pixels = bitmap.GetPixelSpan();
        var most = map.Values.Max();
        for (var i = 0; i < map.Values.Length; i++)
        {
            var value = most > 0 ? map.Values[i] / most : 0;
            Color(value).CopyTo(pixels[(4 * i)..]);
            pixels[4 * i + 3] = (byte)Math.Round(byte.MaxValue * Opacity * value);
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return Uri("image/png", data.ToArray());
    }

    static ReadOnlySpan<byte> Color(double value)
    {
        var above = Array.FindIndex(Ramp, 1, stop => value <= stop.At);
        var (low, high) = (Ramp[above - 1], Ramp[above]);
        var share = (value - low.At) / (high.At - low.At);
        byte Mix(byte from, byte to) => (byte)Math.Round(from + (to - from) * share);
        return new[] { Mix(low.Red, high.Red), Mix(low.Green, high.Green), Mix(low.Blue, high.Blue) };
    }

    static RgbImage Shrunk(RgbImage image, int maxSide)
    {
        var scale = (double)maxSide / Math.Max(image.Width, image.Height);
        if (scale >= 1) return image;
        int Side(int side) => Math.Max(1, (int)Math.Round(side * scale));
        return ImageResizer.Resize(image, new PixelSize { Width = Side(image.Width), Height = Side(image.Height) }, ResizeFilter.Bicubic);
    }

    static string Uri(string type, byte[] content) => $"data:{type};base64,{Convert.ToBase64String(content)}";
}
