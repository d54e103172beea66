using FsCheck.Xunit;

namespace ConceptExpress.Imaging.Tests;

public sealed class MaskReadingTests
{
    static GrayImage Decode(byte[] file) => ImageReader.DecodeGray(file, "mask.png");

    [Property]
    public void GrayMask_IsItsOwnValues(byte a, byte b) =>
        Assert.Equal([a, b], Decode(new PngFile(2, 1, PngColor.Gray).With([a, b])).Pixels.ToArray());

    [Theory]
    [InlineData(255, 0, 0, 76)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 29)]
    [InlineData(255, 255, 255, 255)]
    public void ColorMask_IsLuma601(byte red, byte green, byte blue, byte expected) =>
        Assert.Equal([expected], Decode(new PngFile(1, 1, PngColor.Rgb).With([red, green, blue])).Pixels.ToArray());

    [Fact]
    public void TransparentMask_IsBlackWhereThereIsNothing()
    {
        Assert.Equal([0, 255, 128], Decode(new PngFile(3, 1, PngColor.GrayAlpha).With([255, 0, 255, 255, 255, 128])).Pixels.ToArray());
        var palette = new PngFile(2, 1, PngColor.Palette) { Chunks = [("PLTE", [255, 255, 255, 255, 255, 255]), ("tRNS", [0])] };
        Assert.Equal([0, 255], Decode(palette.With([0, 1])).Pixels.ToArray());
    }

    [Fact]
    public void OneBitMask_IsBlackAndWhite() =>
        Assert.Equal([255, 0], Decode(new PngFile(2, 1, PngColor.Gray, 1).With([0b1000_0000])).Pixels.ToArray());

    [Fact]
    public void SoftEdges_AreCutInTheMiddle()
    {
        using var file = new TemporaryFile(new PngFile(4, 1, PngColor.Gray).With([0, 127, 128, 255]));
        Assert.Equal([false, false, true, true], ImageReader.ReadMask(file.Path).Pixels.ToArray());
    }
}
