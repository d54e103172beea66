using ConceptExpress.Imaging;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>Puts pictures of one size side by side, each under its title.</summary>
static class ComparisonSheet
{
    const int Gap = 8, Longest = 768, Smallest = 256;

    /// <summary>Draws the sheet, white around the pictures.</summary>
    /// <param name="pictures">Titles and pictures from left to right, at least one. Large ones are scaled to 768 pixels.</param>
    /// <exception cref="ArgumentException">There is no picture, or their sizes differ.</exception>
    public static RgbImage Of(IReadOnlyList<(string Title, RgbImage Picture)> pictures)
    {
        if (pictures.Count == 0) throw new ArgumentException("A sheet needs at least one picture.", nameof(pictures));
        var size = pictures[0].Picture.Size;
        if (pictures.Any(picture => picture.Picture.Size != size))
            throw new ArgumentException("All pictures of a sheet must have the same size.", nameof(pictures));
        var most = Math.Max(1, Smallest / Math.Min(size.Width, size.Height)); // small pictures are enlarged to be seen
        var shown = size.WithLonger(Math.Min(Longest, most * Math.Max(size.Width, size.Height)));
        var text = Math.Clamp(shown.Width / 16f, 8, 24);
        var head = (int)(2 * text);
        using var canvas = new Canvas(new PixelSize
        {
            Width = pictures.Count * (shown.Width + Gap) + Gap,
            Height = head + shown.Height + Gap,
        }, Rgb.White);
        foreach (var (place, (title, picture)) in pictures.Index())
        {
            var left = Gap + place * (shown.Width + Gap);
            canvas.Write(title, left + shown.Width / 2f, 1.4f * text, text, Rgb.Black, SKTextAlign.Center);
            canvas.Paste(ImageResizer.Resize(picture, shown, ResizeFilter.Bicubic), left, head);
        }
        return canvas.ToImage();
    }
}
