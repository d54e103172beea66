using SkiaSharp;

namespace ConceptExpress.Imaging.Tests;

public sealed class WebpReadingTests
{
    [Fact]
    public void LossyWebp_ComesCloseToItsPicture()
    {
        var file = SkiaFile.Encode(RandomImages.Flat(33, 17, (200, 60, 20)), SKEncodedImageFormat.Webp, quality: 90);
        var image = ImageReader.Decode(file, "flat.webp");
        Assert.Equal((33, 17), (image.Width, image.Height));
        Assert.InRange(image[16, 8].Red, 195, 205);
        Assert.InRange(image[16, 8].Green, 55, 65);
        Assert.InRange(image[16, 8].Blue, 15, 25);
    }

    [Fact]
    public void LosslessWebp_IsLaidOverWhite()
    {
        var image = ImageReader.Decode(SkiaFile.LosslessWebp(3, 1, [10, 20, 30, 255, 10, 20, 30, 0, 100, 0, 200, 51]), "alpha.webp");
        Assert.Equal([10, 20, 30, 255, 255, 255, 224, 204, 244], image.Pixels.ToArray());
    }
}
