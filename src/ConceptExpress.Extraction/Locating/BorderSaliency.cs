using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Saliency of cells that attend little to the picture's border (docs/deviations.md, preset Express). The border cells carry a mark, and
/// attention spreads it inwards. Cells that the mark hardly reaches are not background.
/// </summary>
static class BorderSaliency
{
    // exp(-46). Cells that the mark does not reach at all get this value, so their saliency is about 46.
    const float MinMark = 1e-20f;

    /// <summary>
    /// Returns the saliency -log v of each cell. The mark v starts as 1 on the border and 0 inside. Each walk replaces it by X v, divided
    /// by its maximum.
    /// </summary>
    /// <param name="map">(hw, hw) self-attention X, rows normalised to sum 1.</param>
    /// <param name="grid">The grid, h x w cells.</param>
    /// <param name="walks">Number of walks, 1 or more.</param>
    /// <returns>Saliency per cell, in nats: 0 for the cell most like the border, up to about 46.</returns>
    /// <exception cref="ArgumentException">The map does not fit the grid, or <paramref name="walks"/> is below 1.</exception>
    public static float[] Of(Tensor map, Grid grid, int walks)
    {
        grid.RequireCells(map.shape[0], "the attention map");
        if (walks < 1) throw new ArgumentException($"the number of walks is {walks}; it must be 1 or more");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var mark = tensor(BorderCells(grid), dtype: map.dtype, device: map.device);
        for (var walk = 0; walk < walks; walk++)
        {
            mark = map.mv(mark);
            mark /= mark.max().clamp_min(MinMark);
        }
        return mark.clamp_min(MinMark).log_().neg_().to(float32, CPU).data<float>().ToArray();
    }

    /// <summary>Returns 1 for each cell at the border of the grid and 0 for the others.</summary>
    internal static float[] BorderCells(Grid grid)
    {
        var border = new float[grid.Cells];
        for (var cell = 0; cell < border.Length; cell++)
        {
            var (y, x) = Math.DivRem(cell, grid.Width);
            if (y == 0 || x == 0 || y == grid.Height - 1 || x == grid.Width - 1) border[cell] = 1;
        }
        return border;
    }
}
