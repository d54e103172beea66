using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>
/// The city-block distance of each pixel of a mask to the nearest pixel outside the mask. Everything beyond the picture counts as outside.
/// </summary>
static class MaskDepth
{
    /// <summary>
    /// Returns (height, width) distances, row by row: 0 outside the mask, 1 on its edge. Computed in one sweep down and one up.
    /// </summary>
    public static int[] Of(Mask mask)
    {
        var (width, height) = (mask.Width, mask.Height);
        var depth = new int[width * height];
        int At(int x, int y) => x < 0 || y < 0 || x >= width || y >= height ? 0 : depth[y * width + x];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                depth[y * width + x] = mask[x, y] ? 1 + Math.Min(At(x - 1, y), At(x, y - 1)) : 0;
        for (var y = height - 1; y >= 0; y--)
            for (var x = width - 1; x >= 0; x--)
                if (mask[x, y]) depth[y * width + x] = Math.Min(At(x, y), 1 + Math.Min(At(x + 1, y), At(x, y + 1)));
        return depth;
    }
}
