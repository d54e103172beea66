namespace ConceptExpress.Imaging.Tests;

public sealed class ImageTests
{
    [Theory]
    [InlineData(2, 2, 11)]
    [InlineData(2, 2, 13)]
    [InlineData(2, 2, 4)]
    public void RgbImage_RefusesAWrongNumberOfBytes(int width, int height, int bytes) =>
        Assert.Throws<ArgumentException>(() => new RgbImage(width, height, new byte[bytes]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, -1)]
    public void Images_RefuseEmptySides(int width, int height)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(width, height, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GrayImage(width, height, new byte[1]));
    }

    [Fact]
    public void RgbImage_IsIndexedByColumnThenRow()
    {
        var image = new RgbImage(2, 2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        Assert.Equal((3, 4, 5), image[1, 0]);
        Assert.Equal((6, 7, 8), image[0, 1]);
        Assert.Equal([6, 7, 8, 9, 10, 11], image.Row(1).ToArray());
    }

    [Fact]
    public void GrayImage_IsIndexedByColumnThenRow()
    {
        var image = new GrayImage(2, 2, [0, 1, 2, 3]);
        Assert.Equal((1, 2), (image[1, 0], image[0, 1]));
        Assert.Throws<ArgumentException>(() => new GrayImage(2, 2, new byte[5]));
    }
}
