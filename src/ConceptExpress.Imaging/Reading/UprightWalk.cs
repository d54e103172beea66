using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>The order in which to visit stored pixels so that they come out upright, row by row from the top left.</summary>
/// <param name="Width">Width of the upright picture.</param>
/// <param name="Height">Height of the upright picture.</param>
/// <param name="Start">Index of the stored pixel that is shown top left.</param>
/// <param name="Step">From a stored pixel to the one shown right of it.</param>
/// <param name="Stride">From a stored pixel to the one shown below it.</param>
readonly record struct UprightWalk(int Width, int Height, int Start, int Step, int Stride)
{
    internal int RowStart(int y) => Start + y * Stride;

    /// <summary>The walk over a stored picture with one of EXIF's eight orientations; an unknown one counts as upright.</summary>
    internal static UprightWalk Over(int width, int height, SKEncodedOrigin origin)
    {
        var (right, bottom) = (width - 1, (height - 1) * width); // index of the stored top right and bottom left pixel
        return origin switch
        {
            SKEncodedOrigin.TopRight => new(width, height, right, -1, width),
            SKEncodedOrigin.BottomRight => new(width, height, bottom + right, -1, -width),
            SKEncodedOrigin.BottomLeft => new(width, height, bottom, 1, -width),
            SKEncodedOrigin.LeftTop => new(height, width, 0, width, 1),
            SKEncodedOrigin.RightTop => new(height, width, bottom, -width, 1),
            SKEncodedOrigin.RightBottom => new(height, width, bottom + right, -width, -1),
            SKEncodedOrigin.LeftBottom => new(height, width, right, width, -1),
            _ => new(width, height, 0, 1, width),
        };
    }
}
