using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>Bilinear interpolation of maps on a grid, pixel centres aligned at half a pixel (align_corners false).</summary>
static class Bilinear
{
    /// <param name="maps">(n, r, c)</param>
    /// <param name="grid">The new size, h x w.</param>
    /// <returns>(n, h, w)</returns>
    public static Tensor Resize(Tensor maps, Grid grid)
    {
        if (maps.shape[1] == grid.Height && maps.shape[2] == grid.Width) return maps.alias();
        using var scope = NewDisposeScope();
        var resized = nn.functional.interpolate(
            maps.unsqueeze(1), [grid.Height, grid.Width], mode: InterpolationMode.Bilinear, align_corners: false);
        return resized.squeeze(1).MoveToOuterDisposeScope();
    }
}
