namespace ConceptExpress.Imaging.Tests;

/// <summary>Images drawn from a seed.</summary>
static class RandomImages
{
    /// <summary>Noise: no two pixels have anything to do with each other.</summary>
    public static RgbImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(new PixelSize { Width = width, Height = height }, pixels);
    }

    /// <summary>Grey noise.</summary>
    public static GrayImage GrayNoise(int width, int height, int seed)
    {
        var pixels = new byte[width * height];
        new Random(seed).NextBytes(pixels);
        return new GrayImage(new PixelSize { Width = width, Height = height }, pixels);
    }

    /// <summary>Every pixel set or not by chance.</summary>
    public static Mask Dots(int width, int height, int seed) => GrayNoise(width, height, seed).ToMask();

    /// <summary>One colour everywhere.</summary>
    public static RgbImage Flat(int width, int height, (byte Red, byte Green, byte Blue) color)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i += 3) (pixels[i], pixels[i + 1], pixels[i + 2]) = color;
        return new RgbImage(new PixelSize { Width = width, Height = height }, pixels);
    }
}
