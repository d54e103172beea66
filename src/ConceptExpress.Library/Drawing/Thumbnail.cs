using ConceptExpress.Imaging;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>Makes small copies of pictures for other files to hold.</summary>
static class Thumbnail
{
    const int Quality = 85; // of 100; at this size no difference is seen above it

    /// <summary>
    /// Returns a picture as the text <c>data:image/jpeg;base64,...</c>. The same picture gives the same text on one platform.
    /// </summary>
    /// <param name="picture">A picture of any size. It is shrunk, but not enlarged.</param>
    /// <param name="side">The most pixels of its longer side.</param>
    public static string DataUri(RgbImage picture, int side)
    {
        using var canvas = new Canvas(Shrunk(picture, side));
        return $"data:image/jpeg;base64,{Convert.ToBase64String(canvas.Encoded(SKEncodedImageFormat.Jpeg, Quality))}";
    }

    /// <summary>Returns a picture whose longer side has at most a number of pixels, in the same proportions.</summary>
    public static RgbImage Shrunk(RgbImage picture, int side)
    {
        var size = picture.Size.Within(side);
        return size == picture.Size ? picture : ImageResizer.Resize(picture, size, ResizeFilter.Bilinear);
    }
}
