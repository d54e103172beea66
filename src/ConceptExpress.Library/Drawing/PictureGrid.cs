using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>Several pictures of one size on one sheet.</summary>
public static class PictureGrid
{
    const int Gap = 4;

    /// <summary>The pictures in rows from the top left, as square a sheet as can be, with white gaps.</summary>
    /// <exception cref="ArgumentException">There is no picture, or their sizes differ.</exception>
    public static RgbImage Of(IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) throw new ArgumentException("A grid needs a picture.", nameof(pictures));
        var (width, height) = (pictures[0].Width, pictures[0].Height);
        if (pictures.Any(picture => picture.Width != width || picture.Height != height))
            throw new ArgumentException("The pictures of a grid have one size.", nameof(pictures));
        var columns = (int)Math.Ceiling(Math.Sqrt(pictures.Count));
        var rows = (pictures.Count + columns - 1) / columns;
        var canvas = new Canvas(columns * (width + Gap) - Gap, rows * (height + Gap) - Gap, Rgb.White);
        for (var i = 0; i < pictures.Count; i++) canvas.Paste(pictures[i], i % columns * (width + Gap), i / columns * (height + Gap));
        return canvas.ToImage();
    }
}
