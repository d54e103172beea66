using FsCheck.Xunit;
using SkiaSharp;

namespace ConceptExpress.Imaging.Tests;

public sealed class PngReadingTests
{
    static RgbImage Decode(byte[] file) => ImageReader.Decode(file, "test.png");

    [Fact]
    public void PalettePng_ShowsThePaletteColors()
    {
        var file = new PngFile(3, 1, PngColor.Palette) { Chunks = [("PLTE", [1, 2, 3, 40, 50, 60, 250, 251, 252])] }.With([2, 0, 1]);
        Assert.Equal([250, 251, 252, 1, 2, 3, 40, 50, 60], Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void PalettePng_WithTransparentEntry_ShowsWhiteThere()
    {
        var file = new PngFile(2, 1, PngColor.Palette) { Chunks = [("PLTE", [1, 2, 3, 40, 50, 60]), ("tRNS", [0])] }.With([0, 1]);
        Assert.Equal([255, 255, 255, 40, 50, 60], Decode(file).Pixels.ToArray());
    }

    [Theory]
    [InlineData(1, 0b0110_0000, new[] { 0, 255, 255, 0 })]
    [InlineData(2, 0b0001_1011, new[] { 0, 85, 170, 255 })]
    public void GrayPng_OfFewBits_SpansBlackToWhite(int bitDepth, int packed, int[] expected)
    {
        var image = Decode(new PngFile(4, 1, PngColor.Gray, bitDepth).With([(byte)packed]));
        Assert.Equal(expected.SelectMany(value => Enumerable.Repeat((byte)value, 3)), image.Pixels.ToArray());
    }

    [Fact]
    public void GrayPng_WithTransparentValue_ShowsWhiteThere()
    {
        var file = new PngFile(2, 1, PngColor.Gray) { Chunks = [("tRNS", [0, 7])] }.With([7, 8]);
        Assert.Equal([255, 255, 255, 8, 8, 8], Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void RgbPng_WithTransparentColor_ShowsWhiteThere()
    {
        var file = new PngFile(2, 1, PngColor.Rgb) { Chunks = [("tRNS", [0, 7, 0, 8, 0, 9])] }.With([7, 8, 9, 7, 8, 10]);
        Assert.Equal([255, 255, 255, 7, 8, 10], Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void SixteenBitPng_KeepsTheHighByte()
    {
        var color = new PngFile(1, 1, PngColor.Rgb, 16).With([0x12, 0xFF, 0x80, 0x01, 0xFE, 0xF0]);
        Assert.Equal([0x12, 0x80, 0xFE], Decode(color).Pixels.ToArray());
        Assert.Equal([0x12, 0x12, 0x12], Decode(new PngFile(1, 1, PngColor.Gray, 16).With([0x12, 0xFF])).Pixels.ToArray());
    }

    [Property]
    public void RgbaPng_IsLaidOverWhite(byte red, byte green, byte blue, byte alpha)
    {
        var pixels = Decode(new PngFile(1, 1, PngColor.Rgba).With([red, green, blue, alpha])).Pixels;
        Assert.Equal([OverWhite(red, alpha), OverWhite(green, alpha), OverWhite(blue, alpha)], pixels.ToArray());
    }

    [Property]
    public void GrayAlphaPng_IsLaidOverWhite(byte value, byte alpha)
    {
        var over = OverWhite(value, alpha);
        Assert.Equal([over, over, over], Decode(new PngFile(1, 1, PngColor.GrayAlpha).With([value, alpha])).Pixels.ToArray());
    }

    [Fact]
    public void InterlacedPng_HasItsPixelsInPlace()
    {
        // Adam7 of 2x2 pixels: top left, then top right, then the lower row.
        var file = new PngFile(2, 2, PngColor.Gray) { Interlaced = true }.With([1], [2], [3, 4]);
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void PngWithColorProfile_KeepsItsSamples()
    {
        var chunk = ("iCCP", (byte[])[.. "linear\0"u8, 0, .. PngFile.Zlib(IccProfile.Linear())]);
        AssertKeepsSamples(new PngFile(1, 1, PngColor.Rgb) { Chunks = [chunk] }.With([50, 100, 200]));
    }

    [Fact]
    public void PngWithLinearGamma_KeepsItsSamples() =>
        AssertKeepsSamples(new PngFile(1, 1, PngColor.Rgb) { Chunks = [("gAMA", [0, 1, 0x86, 0xA0])] }.With([50, 100, 200]));

    static void AssertKeepsSamples(byte[] file)
    {
        var srgb = new SKImageInfo(1, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul, SKColorSpace.CreateSrgb());
        using var managed = SKBitmap.Decode(file, srgb);
        Assert.NotEqual(new SKColor(50, 100, 200), managed.GetPixel(0, 0)); // colour management would show
        Assert.Equal([50, 100, 200], Decode(file).Pixels.ToArray());
    }

    static byte OverWhite(byte value, byte alpha) => (byte)Math.Round((value * alpha + 255.0 * (255 - alpha)) / 255);
}
