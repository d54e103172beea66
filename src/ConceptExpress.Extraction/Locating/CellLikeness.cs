using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// How alike cells are: the Bhattacharyya coefficients of what they attend to, and of what the coarser cells attend to that they lie in, 0..1, each to a power,
/// multiplied. The finest layers know outlines, and tell parts of a thing apart; coarser ones know more of what belongs together.
/// </summary>
/// <param name="map">(hw, hw) self-attention of the finest layers, rows normalised to sum 1.</param>
/// <param name="grid">The h x w cells.</param>
/// <param name="coarser">Null where a checkpoint has none.</param>
/// <param name="sharpness">The power of the finest layers' coefficient.</param>
/// <param name="coarserSharpness">The power of the coarser layers' coefficient.</param>
sealed class CellLikeness(Tensor map, Grid grid, CoarserAttention? coarser, double sharpness, double coarserSharpness)
{
    /// <summary>The likeness of every pair of n cells, (n,n) fp64 on the processor.</summary>
    /// <param name="cells">Their places.</param>
    public Tensor Among(long[] cells)
    {
        using var scope = NewDisposeScope();
        var likeness = Coefficients(map, cells).pow(sharpness);
        if (coarser is not null) likeness *= Coefficients(coarser.Map, [.. cells.Select(cell => Around(cell, coarser.Grid))]).pow(coarserSharpness);
        return likeness.MoveToOuterDisposeScope();
    }

    static Tensor Coefficients(Tensor map, long[] cells)
    {
        var roots = map.index_select(0, tensor(cells, device: map.device)).to(float64, CPU).sqrt();
        return roots.mm(roots.t());
    }

    long Around(long cell, Grid other) =>
        cell / grid.Width * other.Height / grid.Height * other.Width + cell % grid.Width * other.Width / grid.Width;
}
