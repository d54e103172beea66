using ConceptExpress.Evaluation.Running;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests.Running;

public sealed class PagePicturesTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(96, 48, 96, 48)]
    [InlineData(1024, 1024, 1024, 1024)]
    [InlineData(2048, 1000, 1024, 500)]
    [InlineData(300, 3000, 102, 1024)]
    [InlineData(1, 5000, 1, 1024)]
    public void LargePictures_AreWrittenSmaller(int width, int height, int newWidth, int newHeight)
    {
        var size = new PixelSize { Width = width, Height = height };
        var picture = new RgbImage(size, new byte[3 * size.Area]);
        var mask = new Mask(size, [.. Enumerable.Repeat(true, (int)size.Area)]);
        PagePictures.Write(temp["plain.png"], picture);
        PagePictures.WriteOverlay(temp["overlay.png"], picture, [mask]);
        foreach (var name in new[] { "plain.png", "overlay.png" })
        {
            var written = ImageReader.Read(temp[name]);
            Assert.Equal((newWidth, newHeight), (written.Width, written.Height));
        }
    }
}
