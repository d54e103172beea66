using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Saliency of cells that attend little to the picture's border (docs/deviations.md, preset Express). Each side of the picture carries a
/// mark of its own, and attention spreads the marks inwards. The background gets all four. A thing gets none; one that the border cuts off
/// gets the mark of one side, or in a corner of two.
/// </summary>
static class BorderSaliency
{
    // exp(-46). Cells that a mark does not reach at all get this value, so their saliency is about 46.
    const float MinMark = 1e-20f;

    // A thing in a corner lacks the marks of two sides.
    const int Sides = 4, Lacking = 2;

    /// <summary>
    /// Returns the saliency of each cell. The mark v of a side starts as 1 on that side and 0 elsewhere; each walk replaces it by X v. Then
    /// it is divided by its median over all border cells, and limited to 1: as much as a usual border cell has. Saliency is the mean of
    /// -log v over the two marks that the cell has least of, less the smallest such mean.
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
        var marks = tensor(CellsOfSides(grid), [Sides, grid.Cells], dtype: map.dtype, device: map.device).t();
        for (var walk = 0; walk < walks; walk++)
        {
            marks = map.mm(marks);
            marks /= marks.amax([0], keepdim: true).clamp_min(MinMark);
        }
        long[] border = [.. BorderCells(grid).Index().Where(cell => cell.Item == 1).Select(cell => (long)cell.Index)];
        var (ordered, _) = marks.index_select(0, tensor(border, device: map.device)).sort(0);
        var usual = ordered.narrow(0, border.Length / 2, 1);
        var (lacks, _) = (marks / usual.clamp_min(MinMark)).clamp(MinMark, 1).log_().neg_().topk(Lacking, 1);
        var saliency = lacks.mean([1L]);
        return (saliency - saliency.min()).to(float32, CPU).data<float>().ToArray();
    }

    /// <summary>Returns 1 for each cell at the border of the grid and 0 for the others.</summary>
    internal static float[] BorderCells(Grid grid)
    {
        var (sides, border) = (CellsOfSides(grid), new float[grid.Cells]);
        for (var i = 0; i < sides.Length; i++) border[i % grid.Cells] = Math.Max(border[i % grid.Cells], sides[i]);
        return border;
    }

    // 1 for the cells of each side: top, bottom, left, right.
    static float[] CellsOfSides(Grid grid)
    {
        var sides = new float[Sides * grid.Cells];
        for (var cell = 0; cell < grid.Cells; cell++)
        {
            var (y, x) = Math.DivRem(cell, grid.Width);
            bool[] lies = [y == 0, y == grid.Height - 1, x == 0, x == grid.Width - 1];
            for (var side = 0; side < Sides; side++) sides[side * grid.Cells + cell] = lies[side] ? 1 : 0;
        }
        return sides;
    }
}
