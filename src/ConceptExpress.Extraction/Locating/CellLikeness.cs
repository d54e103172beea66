using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Likeness of pairs of cells, 0 to 1. It is the product of two Bhattacharyya coefficients, each raised to a power: that of the two cells'
/// rows of attention in the finest layers, and that of the rows of the coarser cells that contain them. The finest layers show outlines,
/// but also separate the parts of one thing; coarser layers show better which parts belong together.
/// </summary>
/// <param name="map">(hw, hw) self-attention of the finest layers, rows normalised to sum 1.</param>
/// <param name="grid">The grid of the finest layers, h x w cells.</param>
/// <param name="coarser">Self-attention of the coarser layers; null if the checkpoint has none.</param>
/// <param name="sharpness">The power of the finest layers' coefficient.</param>
/// <param name="coarserSharpness">The power of the coarser layers' coefficient.</param>
sealed class CellLikeness(Tensor map, Grid grid, CoarserAttention? coarser, double sharpness, double coarserSharpness)
{
    /// <summary>Returns the likeness of all pairs of n cells, (n,n) fp64 on the CPU.</summary>
    /// <param name="cells">The numbers of the n cells, row by row from the top.</param>
    public Tensor Among(long[] cells)
    {
        using var scope = NewDisposeScope();
        var likeness = Coefficients(map, cells).pow(sharpness);
        if (coarser is not null)
            likeness *= Coefficients(coarser.Map, [.. cells.Select(cell => Around(cell, coarser.Grid))]).pow(coarserSharpness);
        return likeness.MoveToOuterDisposeScope();
    }

    /// <summary>Returns the Bhattacharyya coefficients of all pairs of rows, (n,n).</summary>
    static Tensor Coefficients(Tensor map, long[] cells)
    {
        var roots = map.index_select(0, tensor(cells, device: map.device)).to(float64, CPU).sqrt();
        return roots.mm(roots.t());
    }

    /// <summary>Returns the number of the cell of another grid that contains a cell of this one.</summary>
    long Around(long cell, Grid other) =>
        cell / grid.Width * other.Height / grid.Height * other.Width + cell % grid.Width * other.Width / grid.Width;
}
