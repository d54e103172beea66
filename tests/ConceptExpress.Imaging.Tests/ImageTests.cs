namespace ConceptExpress.Imaging.Tests;

public sealed class ImageTests
{
    [Theory]
    [InlineData(2, 2, 11)]
    [InlineData(2, 2, 13)]
    [InlineData(2, 2, 4)]
    public void RgbImage_RefusesAWrongNumberOfBytes(int width, int height, int bytes) =>
        Assert.Throws<ArgumentException>(() => new RgbImage(new PixelSize { Width = width, Height = height }, new byte[bytes]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, -1)]
    public void Images_RefuseEmptySides(int width, int height)
    {
        var size = new PixelSize { Width = width, Height = height };
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(size, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GrayImage(size, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mask(size, new bool[1]));
    }

    [Fact]
    public void RgbImage_IsIndexedByColumnThenRow()
    {
        var image = new RgbImage(PixelSize.Square(2), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        Assert.Equal((3, 4, 5), image[1, 0]);
        Assert.Equal((6, 7, 8), image[0, 1]);
        Assert.Equal([6, 7, 8, 9, 10, 11], image.Row(1).ToArray());
    }

    [Fact]
    public void GrayImage_IsIndexedByColumnThenRow()
    {
        var image = new GrayImage(PixelSize.Square(2), [0, 1, 2, 3]);
        Assert.Equal((1, 2), (image[1, 0], image[0, 1]));
        Assert.Throws<ArgumentException>(() => new GrayImage(PixelSize.Square(2), new byte[5]));
    }

    [Fact]
    public void PixelSize_IsToldWidthFirst()
    {
        var size = new PixelSize { Width = 640, Height = 480 };
        Assert.Equal(("640x480", 307_200L), (size.ToString(), size.Area));
        Assert.Equal(new PixelSize { Width = 7, Height = 7 }, PixelSize.Square(7));
        Assert.Equal(65536L * 65536, PixelSize.Square(65536).Area); // beyond 32 bits
    }
}
