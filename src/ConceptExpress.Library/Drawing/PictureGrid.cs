using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>Puts several pictures of one size on one sheet.</summary>
static class PictureGrid
{
    const int Gap = 4;

    /// <summary>Draws the pictures row by row from the top left, in ceil(sqrt(count)) columns, with white gaps of 4 pixels.</summary>
    /// <exception cref="ArgumentException">There is no picture, or their sizes differ.</exception>
    public static RgbImage Of(IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) throw new ArgumentException("A grid needs at least one picture.", nameof(pictures));
        var size = pictures[0].Size;
        if (pictures.Any(picture => picture.Size != size))
            throw new ArgumentException("All pictures of a grid must have the same size.", nameof(pictures));
        var columns = (int)Math.Ceiling(Math.Sqrt(pictures.Count));
        var rows = (pictures.Count + columns - 1) / columns;
        using var canvas =
            new Canvas(new PixelSize { Width = columns * (size.Width + Gap) - Gap, Height = rows * (size.Height + Gap) - Gap }, Rgb.White);
        for (var i = 0; i < pictures.Count; i++)
            canvas.Paste(pictures[i], i % columns * (size.Width + Gap), i / columns * (size.Height + Gap));
        return canvas.ToImage();
    }
}
