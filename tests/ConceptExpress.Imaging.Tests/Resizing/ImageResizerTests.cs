using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Imaging.Tests;

public sealed class ImageResizerTests
{
    static int Side(PositiveInt value) => value.Get % 60 + 1;

    static PixelSize Size(PositiveInt width, PositiveInt height) => new() { Width = Side(width), Height = Side(height) };

    [Property]
    public void Resize_ToTheSameSize_IsIdentity(PositiveInt width, PositiveInt height, int seed, bool cubic)
    {
        var image = RandomImages.Noise(Side(width), Side(height), seed);
        Assert.Equal(image.Pixels, ImageResizer.Resize(image, image.Size, Filter(cubic)).Pixels);
    }

    [Property]
    public void Resize_OfAConstantImage_StaysConstant(
        PositiveInt width, PositiveInt height, PositiveInt newWidth, PositiveInt newHeight, byte value, bool cubic)
    {
        var image = RandomImages.Flat(Side(width), Side(height), (value, 7, 255));
        var resized = ImageResizer.Resize(image, Size(newWidth, newHeight), Filter(cubic));
        Assert.Equal(RandomImages.Flat(Side(newWidth), Side(newHeight), (value, 7, 255)).Pixels, resized.Pixels);
    }

    [Property]
    public void BilinearResize_StaysWithinTheSourcesRange(
        PositiveInt width, PositiveInt height, PositiveInt newWidth, PositiveInt newHeight, int seed)
    {
        var image = RandomImages.Noise(Side(width), Side(height), seed);
        var resized = ImageResizer.Resize(image, Size(newWidth, newHeight), ResizeFilter.Bilinear).Pixels.ToArray();
        Assert.InRange(resized.Min(), image.Pixels.ToArray().Min(), byte.MaxValue);
        Assert.InRange(resized.Max(), byte.MinValue, image.Pixels.ToArray().Max());
    }

    [Property]
    public void Resize_OfAMirroredImage_IsTheMirroredResize(PositiveInt width, PositiveInt height, PositiveInt newWidth, int seed)
    {
        // Up to one level: windows are rounded alike on both sides, but not sums of fixed-point weights.
        var image = RandomImages.Noise(Side(width), Side(height), seed);
        var one = Mirror(ImageResizer.Resize(image, image.Size with { Width = Side(newWidth) }, ResizeFilter.Bilinear)).Pixels;
        var other = ImageResizer.Resize(Mirror(image), image.Size with { Width = Side(newWidth) }, ResizeFilter.Bilinear).Pixels;
        for (var i = 0; i < one.Length; i++) Assert.InRange(one[i] - other[i], -1, 1);
    }

    [Theory]
    [InlineData(ResizeFilter.Bilinear, new byte[] { 0, 64, 191, 255 })]
    [InlineData(ResizeFilter.Bicubic, new byte[] { 0, 53, 202, 255 })]
    public void Resize_OfAnEdge_BlendsAsTheKernelSays(ResizeFilter filter, byte[] expected)
    {
        var edge = new RgbImage(new PixelSize { Width = 2, Height = 1 }, [0, 0, 0, 255, 255, 255]);
        var wide = ImageResizer.Resize(edge, edge.Size with { Width = 4 }, filter);
        Assert.Equal(expected.SelectMany(value => Enumerable.Repeat(value, 3)), wide.Pixels.ToArray());
    }

    [Fact]
    public void Resize_ToOnePixel_IsTheMeanWithinTheWidenedTriangle()
    {
        // Four samples at -3/8, -1/8, 1/8, 3/8 of the widened triangle's support: weights 5, 7, 7, 5 of 24.
        var row = new RgbImage(new PixelSize { Width = 4, Height = 1 }, [0, 0, 0, 24, 0, 0, 48, 24, 0, 240, 24, 24]);
        Assert.Equal([71, 12, 5], ImageResizer.Resize(row, PixelSize.Square(1), ResizeFilter.Bilinear).Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    public void Resize_RefusesEmptySides(int width, int height)
    {
        var (picture, size) = (RandomImages.Noise(2, 2, seed: 0), new PixelSize { Width = width, Height = height });
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageResizer.Resize(picture, size, ResizeFilter.Bilinear));
    }

    static ResizeFilter Filter(bool cubic) => cubic ? ResizeFilter.Bicubic : ResizeFilter.Bilinear;

    static RgbImage Mirror(RgbImage image)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var (y, i) = (0, 0); y < image.Height; y++)
            for (var x = image.Width - 1; x >= 0; x--, i += 3)
                (pixels[i], pixels[i + 1], pixels[i + 2]) = image[x, y];
        return new RgbImage(image.Size, pixels);
    }
}
