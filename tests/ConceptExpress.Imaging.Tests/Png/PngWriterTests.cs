using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Imaging.Tests;

public sealed class PngWriterTests
{
    static int Side(PositiveInt value) => value.Get % 40 + 1;

    [Property]
    public void RgbPng_ReadsBackAsWritten(PositiveInt width, PositiveInt height, int seed)
    {
        var image = RandomImages.Noise(Side(width), Side(height), seed);
        var read = ImageReader.Decode(Write(image), "written.png");
        Assert.Equal(image.Size, read.Size);
        Assert.Equal(image.Pixels, read.Pixels);
    }

    [Property]
    public void MaskPng_ReadsBackAsWritten_BlackAndWhite(PositiveInt width, PositiveInt height, int seed)
    {
        var mask = RandomImages.Dots(Side(width), Side(height), seed);
        using var stream = new MemoryStream();
        PngWriter.Write(stream, mask);
        using var file = new TemporaryFile(stream.ToArray());
        var read = ImageReader.ReadMask(file.Path);
        Assert.Equal(mask.Size, read.Size);
        Assert.Equal(mask.Pixels, read.Pixels);
        Assert.DoesNotContain(ImageReader.DecodeGray(stream.ToArray(), "written.png").Pixels.ToArray(), value => value is not (0 or 255));
    }

    [Property]
    public void SmoothPng_ReadsBackAsWritten(byte start, sbyte slopeX, sbyte slopeY) // these take the other row filters
    {
        var image = Gradient(31, 17, start, slopeX, slopeY);
        Assert.Equal(image.Pixels, ImageReader.Decode(Write(image), "written.png").Pixels);
    }

    [Fact]
    public void SmoothPng_IsSmall()
    {
        var image = Gradient(256, 256, 0, 1, 1);
        Assert.InRange(Write(image).Length, 0, image.Pixels.Length / 20);
    }

    [Property]
    public void Png_IsTheSameBytesInAnyOrderOfTexts(int seed)
    {
        var image = RandomImages.Noise(9, 5, seed);
        var forward = new Dictionary<string, string> { ["prompt"] = "a bear", ["Seed"] = "7", ["café"] = "öäü" };
        var backward = new Dictionary<string, string>(forward.Reverse());
        Assert.Equal(Write(image, forward), Write(image, backward));
    }

    [Fact]
    public void RefusedText_LeavesTheStreamUntouched()
    {
        using var stream = new MemoryStream();
        var texts = new Dictionary<string, string> { ["ok"] = "x", ["zero"] = "\0" };
        Assert.Throws<ArgumentException>(() => PngWriter.Write(stream, RandomImages.Noise(1, 1, 0), texts));
        Assert.Equal(0, stream.Length);
    }

    internal static byte[] Write(RgbImage image, IReadOnlyDictionary<string, string>? text = null)
    {
        using var stream = new MemoryStream();
        PngWriter.Write(stream, image, text);
        return stream.ToArray();
    }

    static RgbImage Gradient(int width, int height, int start, int slopeX, int slopeY)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(start + slopeX * (i / 3 % width) + slopeY * (i / 3 / width) + 50 * (i % 3));
        return new RgbImage(new PixelSize { Width = width, Height = height }, pixels);
    }
}
