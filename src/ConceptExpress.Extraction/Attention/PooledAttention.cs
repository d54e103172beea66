using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>
/// Self-attention on a coarser grid than that of its layers. A cell's row is the mean of the rows of the cells that it covers, and it
/// receives the sum of what they receive, each by the share that it covers.
/// </summary>
static class PooledAttention
{
    /// <summary>
    /// Returns the grid of at most so many cells a side with the proportions of another one; that grid itself if it is no larger.
    /// </summary>
    /// <param name="grid">The finer grid.</param>
    /// <param name="cells">Maximum number of cells of the longer side, 1 or more.</param>
    public static Grid GridOf(Grid grid, int cells)
    {
        var longer = Math.Max(grid.Width, grid.Height);
        if (longer <= cells) return grid;
        int Side(int side) => Math.Max(1, (int)Math.Round((double)side * cells / longer));
        return new Grid { Width = Side(grid.Width), Height = Side(grid.Height) };
    }

    /// <summary>Returns the attention on the coarser grid, (hw, hw), rows normalised to sum 1.</summary>
    /// <param name="map">(HW, HW) self-attention, rows normalised to sum 1.</param>
    /// <param name="from">The grid of the map, H x W cells.</param>
    /// <param name="to">The coarser grid, h x w cells.</param>
    /// <exception cref="ArgumentException">The map does not fit its grid.</exception>
    public static Tensor Of(Tensor map, Grid from, Grid to)
    {
        from.RequireCells(map.shape[0], "the attention map");
        if (from == to) return map.alias();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var covered = Covered(from.Height, to.Height).kron(Covered(from.Width, to.Width)).to(map.dtype, map.device);
        var pooled = covered.mm(map).mm(covered.t());
        return SelfAttentionMap.NormalizeRows(pooled).MoveToOuterDisposeScope();
    }

    // (to, from): the share of each cell of a side that each coarser cell covers.
    static Tensor Covered(int from, int to)
    {
        var shares = new float[to * from];
        for (var cell = 0; cell < to; cell++)
            for (var part = 0; part < from; part++)
                shares[cell * from + part] = (float)Math.Max(0,
                    Math.Min(part + 1, (cell + 1.0) * from / to) - Math.Max(part, (double)cell * from / to));
        return tensor(shares, [to, from]);
    }
}
