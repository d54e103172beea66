using SkiaSharp;

namespace ConceptExpress.Imaging.Tests;

public sealed class JpegReadingTests
{
    const byte Rgb = 0;
    const byte Ycck = 2;

    [Fact]
    public void RgbJpeg_KeepsEveryBlocksColor()
    {
        byte[][] colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 120, 230]];
        var image = ImageReader.Decode(new JpegFile(2, 2, 3, Rgb).With((column, row) => colors[2 * row + column]), "blocks.jpg");
        Assert.Equal((16, 16), (image.Width, image.Height));
        Assert.Equal((255, 0, 0), image[0, 0]);
        Assert.Equal((0, 255, 0), image[15, 0]);
        Assert.Equal((0, 0, 255), image[7, 8]);
        Assert.Equal((10, 120, 230), image[8, 15]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    [InlineData(255)]
    public void GrayJpeg_HasEqualChannels(byte value)
    {
        var image = ImageReader.Decode(new JpegFile(1, 1, 1, null).With((_, _) => [value]), "grey.jpg");
        Assert.Equal((value, value, value), image[3, 3]);
    }

    // Adobe stores ink inverted (255 is no ink), and so reads everyone: colour = (255 - ink) * (255 - black) / 255.
    [Theory]
    [InlineData(null)]
    [InlineData((byte)0)]
    public void CmykJpeg_IsReadAsAdobeStoresIt(byte? adobeTransform)
    {
        var image = ImageReader.Decode(new JpegFile(1, 1, 4, adobeTransform).With((_, _) => [255, 128, 0, 200]), "ink.jpg");
        AssertWithinOneLevel((200, 128 * 200 / 255.0, 0), image[4, 4]);
    }

    [Fact]
    public void YcckJpeg_IsReadAsAdobeStoresIt()
    {
        var image = ImageReader.Decode(new JpegFile(1, 1, 4, Ycck).With((_, _) => [100, 128, 128, 200]), "ink.jpg");
        var gray = (255 - 100) * 200 / 255.0;
        AssertWithinOneLevel((gray, gray, gray), image[4, 4]);
    }

    [Fact]
    public void JpegWithColorProfile_KeepsItsSamples()
    {
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, .. IccProfile.Linear()];
        var file = new JpegFile(1, 1, 3, Rgb) { Segments = [(0xE2, profile)] }.With((_, _) => [50, 100, 200]);
        using var codec = SKCodec.Create(SKData.CreateCopy(file));
        Assert.False(codec.Info.ColorSpace.IsSrgb, "the profile should be one that the codec understands");
        Assert.Equal((50, 100, 200), ImageReader.Decode(file, "profile.jpg")[0, 0]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 200)]
    [InlineData(500, 7)]
    public void Jpeg_OfAnySizeAndAspect_IsRead(int width, int height)
    {
        var file = SkiaFile.Encode(RandomImages.Flat(width, height, (90, 90, 90)), SKEncodedImageFormat.Jpeg);
        var image = ImageReader.Decode(file, "flat.jpg");
        Assert.Equal((width, height), (image.Width, image.Height));
        AssertWithinOneLevel((90, 90, 90), image[width - 1, height - 1]);
    }

    static void AssertWithinOneLevel((double Red, double Green, double Blue) expected, (byte Red, byte Green, byte Blue) actual)
    {
        Assert.InRange(actual.Red, expected.Red - 1, expected.Red + 1);
        Assert.InRange(actual.Green, expected.Green - 1, expected.Green + 1);
        Assert.InRange(actual.Blue, expected.Blue - 1, expected.Blue + 1);
    }
}
