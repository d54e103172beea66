using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: K tokens, g x g' grid of the cross-attention maps, P = g*g'

/// <summary>Attention alignment: the earth mover's distance between a token's cross-attention and its concept's feature map.</summary>
/// <remarks>Method 2, attention alignment; published semantics 14.</remarks>
static class AttentionAlignmentLoss
{
    /// <summary>Returns the earth mover's distance between each token's target and attention. Both are normalised to sum 1.</summary>
    /// <param name="attention">(K,g,g') the tokens' cross-attention maps; receive the gradient.</param>
    /// <param name="targets">(K,g,g') the concepts' feature maps on the same grid.</param>
    /// <param name="lambda">Regularisation, in cells of the grid. Published: 1e-3.</param>
    /// <param name="iterations">Number of Sinkhorn iterations. Published: 200.</param>
    /// <returns>(K), one distance per token.</returns>
    public static Tensor PerToken(Tensor attention, Tensor targets, double lambda, int iterations)
    {
        using var scope = NewDisposeScope();
        var distance = GridDistances(Grid.Of(attention), attention.dtype, attention.device);
        return Sinkhorn.Cost(Normalised(targets), Normalised(attention), distance, lambda, iterations).MoveToOuterDisposeScope();
    }

    /// <summary>Samples feature maps (K,h,w) on the coarser attention grid, (K,g,g'), by taking every (h/g)-th cell.</summary>
    public static Tensor TargetsOn(Tensor features, Grid grid)
    {
        using var scope = NewDisposeScope();
        var rows = (arange(grid.Height, dtype: float32) * ((double)features.shape[1] / grid.Height)).floor().to(int64).to(features.device);
        var columns = (arange(grid.Width, dtype: float32) * ((double)features.shape[2] / grid.Width)).floor().to(int64).to(features.device);
        return features.index_select(1, rows).index_select(2, columns).MoveToOuterDisposeScope();
    }

    static Tensor Normalised(Tensor maps)
    {
        var flat = maps.flatten(1);
        return flat / flat.sum(1, keepdim: true);
    }

    /// <summary>Returns the Euclidean distances between the cells of a grid, in cells: (P,P).</summary>
    static Tensor GridDistances(Grid grid, ScalarType type, Device device)
    {
        var y = arange(grid.Height, dtype: type, device: device).repeat_interleave(grid.Width);
        var x = arange(grid.Width, dtype: type, device: device).repeat(grid.Height);
        return ((y.unsqueeze(1) - y.unsqueeze(0)).square() + (x.unsqueeze(1) - x.unsqueeze(0)).square()).sqrt();
    }
}
