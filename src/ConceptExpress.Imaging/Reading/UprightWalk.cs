using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>The order in which to visit stored pixels so that they come out upright, row by row from the top left.</summary>
/// <param name="Size">Of the upright picture.</param>
/// <param name="Start">Index of the stored pixel that is shown top left.</param>
/// <param name="Step">From a stored pixel to the one shown right of it.</param>
/// <param name="Stride">From a stored pixel to the one shown below it.</param>
readonly record struct UprightWalk(PixelSize Size, int Start, int Step, int Stride)
{
    internal int RowStart(int y) => Start + y * Stride;

    /// <summary>The walk over a stored picture with one of EXIF's eight orientations; an unknown one counts as upright.</summary>
    internal static UprightWalk Over(PixelSize stored, SKEncodedOrigin origin)
    {
        var width = stored.Width;
        var turned = new PixelSize { Width = stored.Height, Height = stored.Width };
        var (right, bottom) = (width - 1, (stored.Height - 1) * width); // index of the stored top right and bottom left pixel
        return origin switch
        {
            SKEncodedOrigin.TopRight => new(stored, right, -1, width),
            SKEncodedOrigin.BottomRight => new(stored, bottom + right, -1, -width),
            SKEncodedOrigin.BottomLeft => new(stored, bottom, 1, -width),
            SKEncodedOrigin.LeftTop => new(turned, 0, width, 1),
            SKEncodedOrigin.RightTop => new(turned, bottom, -width, 1),
            SKEncodedOrigin.RightBottom => new(turned, bottom + right, -width, -1),
            SKEncodedOrigin.LeftBottom => new(turned, right, width, -1),
            _ => new(stored, 0, 1, width),
        };
    }
}
