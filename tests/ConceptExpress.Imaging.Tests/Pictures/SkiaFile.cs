using SkiaSharp;

namespace ConceptExpress.Imaging.Tests;

/// <summary>Files of the formats that SkiaSharp writes.</summary>
static class SkiaFile
{
    public static byte[] Encode(RgbImage image, SKEncodedImageFormat format, int quality = 100)
    {
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
            {
                var (red, green, blue) = image[x, y];
                bitmap.SetPixel(x, y, new SKColor(red, green, blue));
            }
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A lossless WebP with alpha; <paramref name="rgba"/> is (height, width, 4).</summary>
    public static byte[] LosslessWebp(int width, int height, byte[] rgba)
    {
        var layout = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var image = SKImage.FromPixelCopy(layout, rgba);
        using var pixels = image.PeekPixels();
        using var data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))
            ?? throw new InvalidOperationException("SkiaSharp wrote no WebP");
        return data.ToArray();
    }
}
