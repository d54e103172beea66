using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: K tokens, g x g' grid of the cross-attention maps

/// <summary>Attention alignment cell by cell, for comparison with the earth mover's distance.</summary>
/// <remarks>"Break-A-Scene: Extracting Multiple Concepts from a Single Image" compares attention with masks in this way.</remarks>
static class SquaredAlignmentLoss
{
    // Avoids division by zero if a map is all zeros.
    const double MinPeak = 1e-20;

    /// <summary>
    /// Returns the mean squared difference between attention and target over all cells. Both are scaled to a maximum of 1.
    /// </summary>
    /// <param name="attention">(K,g,g') the tokens' cross-attention maps, not negative; receive the gradient.</param>
    /// <param name="targets">(K,g,g') the concepts' feature maps on the same grid, not negative.</param>
    /// <returns>(K), one loss per token, 0 to 1.</returns>
    public static Tensor PerToken(Tensor attention, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return (Scaled(attention) - Scaled(targets)).square().mean([1, 2]).MoveToOuterDisposeScope();
    }

    static Tensor Scaled(Tensor maps) => maps / maps.amax([1, 2], keepdim: true).clamp_min(MinPeak);
}
