using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>Bilinear interpolation of maps on a grid, as torch does it with align_corners false: cell centers lie at half cells.</summary>
static class Bilinear
{
    /// <summary>Resizes n maps. Maps that already have the size are returned without a copy, as an alias.</summary>
    /// <param name="maps">(n, r, c) maps.</param>
    /// <param name="grid">The new size, h x w cells.</param>
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
