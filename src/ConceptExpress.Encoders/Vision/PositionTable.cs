using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Vision;

// Shapes: S rows and columns of the trained grid, h x w the new grid, E width

/// <summary>Resamples the position embeddings of a class token and a square grid of patches to another grid.</summary>
static class PositionTable
{
    /// <summary>
    /// (1,1+SS,E), class token first, to (1,1+hw,E). The row of the class token stays as it is. If the grid is the trained one, the result
    /// is the table itself.
    /// </summary>
    /// <param name="table">The trained table. Gradients flow back to it.</param>
    /// <param name="rows">h, the rows of the new grid.</param>
    /// <param name="columns">w, the columns of the new grid.</param>
    /// <param name="resampling">How the table is sampled.</param>
    public static Tensor Resample(Tensor table, long rows, long columns, PositionResampling resampling)
    {
        using var scope = NewDisposeScope();
        var side = (long)Math.Sqrt(table.shape[1] - 1);
        if (rows == side && columns == side) return table.alias().MoveToOuterDisposeScope();
        var (down, across) = (Weights(table, side, rows, resampling), Weights(table, side, columns, resampling));
        var grid = table.narrow(1, 1, side * side).reshape(side, side, -1).permute(2, 0, 1);               // (E,S,S)
        var resampled = down.matmul(grid).matmul(across.transpose(0, 1)).permute(1, 2, 0);                 // (h,w,E)
        return cat([table.narrow(1, 0, 1), resampled.reshape(1, rows * columns, -1)], 1).MoveToOuterDisposeScope();
    }

    static Tensor Weights(Tensor table, long source, long target, PositionResampling resampling) =>
        tensor(CubicWeights.Of((int)source, (int)target, resampling), [target, source]).to(table.dtype, table.device);
}
