using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: K tokens, g x g' grid of the cross-attention maps

/// <summary>Attention alignment cell by cell, in place of the earth mover's distance: for comparison with it.</summary>
/// <remarks>As "Break-A-Scene: Extracting Multiple Concepts from a Single Image" compares attention with masks.</remarks>
public static class SquaredAlignmentLoss
{
    // Only keeps a map of zeros from being divided by zero.
    const double LeastPeak = 1e-20;

    /// <summary>The mean over cells of the squared difference of both maps, each scaled to a largest value of 1.</summary>
    /// <param name="attention">(K,g,g') the tokens' cross-attention maps, not negative; receive the gradient.</param>
    /// <param name="targets">(K,g,g') the concepts' feature maps on the same grid, not negative.</param>
    /// <returns>(K), 0 to 1.</returns>
    public static Tensor PerToken(Tensor attention, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return (Scaled(attention) - Scaled(targets)).square().mean([1, 2]).MoveToOuterDisposeScope();
    }

    static Tensor Scaled(Tensor maps) => maps / maps.amax([1, 2], keepdim: true).clamp_min(LeastPeak);
}
