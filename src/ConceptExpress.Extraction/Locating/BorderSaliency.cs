using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// How little a cell has to do with the picture's border (method 5, border contact): attention carries a mark from the border cells
/// inwards, and what it hardly reaches is no background.
/// </summary>
public static class BorderSaliency
{
    // exp(-46); what the mark does not reach at all is as salient as this.
    const float MinMark = 1e-20f;

    /// <summary>Saliency per cell, -log v, where v starts as 1 on the border and 0 inside, and each walk makes it X v / max.</summary>
    /// <param name="map">(hw, hw) self-attention X, rows normalised to sum 1.</param>
    /// <param name="grid">The h x w cells.</param>
    /// <param name="walks">How often the mark is carried on, 1 or more.</param>
    /// <returns>0 (most like the border) and above.</returns>
    /// <exception cref="ArgumentException">The map does not fit the grid, or there is no walk.</exception>
    public static float[] Of(Tensor map, Grid grid, int walks)
    {
        grid.RequireCells(map.shape[0], "the attention map");
        if (walks < 1) throw new ArgumentException($"the mark must be carried at least once, not {walks} times");
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
