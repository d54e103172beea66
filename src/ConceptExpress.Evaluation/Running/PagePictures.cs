using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Writes the pictures that the page shows. Large ones are made smaller: photographs of a thousand pictures would fill a disk, and a page
/// shows them small.
/// </summary>
static class PagePictures
{
    /// <summary>The longer side of a picture, in pixels, at most.</summary>
    public const int MaxSide = 1024;

    /// <summary>Writes a picture.</summary>
    public static void Write(string path, RgbImage picture) => PngFile.Write(path, Thumbnail.Shrunk(picture, MaxSide));

    /// <summary>Writes a picture with masks drawn over it.</summary>
    /// <param name="path">Path of the PNG.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="masks">Masks of the picture's size; numbered in order.</param>
    public static void WriteOverlay(string path, RgbImage picture, IReadOnlyList<Mask> masks)
    {
        var small = Thumbnail.Shrunk(picture, MaxSide);
        PngFile.Write(path, ConceptOverlay.Draw(small, [.. masks.Select(mask => mask.Resize(small.Size))]));
    }
}
