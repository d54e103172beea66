using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>The order in which to read stored pixels to get the upright picture, row by row from the top left.</summary>
/// <param name="Size">The size of the upright picture.</param>
/// <param name="Start">The index of the stored pixel for the top left of the upright picture.</param>
/// <param name="Step">The index offset to the next pixel on the right in the upright picture.</param>
/// <param name="Stride">The index offset to the next pixel below in the upright picture.</param>
readonly record struct UprightWalk(PixelSize Size, int Start, int Step, int Stride)
{
    /// <summary>Returns the index of the stored pixel that begins row <paramref name="y"/> of the upright picture.</summary>
    internal int RowStart(int y) => Start + y * Stride;

    /// <summary>
    /// Returns the order for a stored picture with one of EXIF's eight orientations. Unknown orientations count as upright.
    /// </summary>
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
