using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Vision;

// Shapes: S rows and columns of the trained grid, h x w the grid at hand, E width

/// <summary>Position embeddings of a class token and a square grid of patches, at another grid.</summary>
public static class PositionTable
{
    /// <summary>
    /// (1,1+SS,E), class token first, to (1,1+hw,E). The class token's row stays; a grid that is the trained one gets the table
    /// itself.
    /// </summary>
    /// <param name="table">The trained table; its gradient is kept.</param>
    /// <param name="rows">h.</param>
    /// <param name="columns">w.</param>
    /// <param name="resampling">Where the table is sampled.</param>
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
