namespace ConceptExpress.Extraction;

/// <summary>One thing found in a picture.</summary>
/// <param name="Mask">Where it is, on the latent grid.</param>
/// <param name="Saliency">How much it stands out from the background; the scale depends on the preset, larger is more.</param>
/// <param name="Feature">Mean self-attention of its cells, one value per cell of the grid: what alignment pulls the token's attention to.</param>
public sealed record LocatedConcept(GridMask Mask, double Saliency, float[] Feature);

/// <summary>One thing found in a picture, with the word that draws it.</summary>
/// <param name="Token">The word for prompts, <c>&lt;asset0&gt;</c>.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Embedding">The word's token embedding, one value per dimension of the text encoder.</param>
public sealed record Concept(string Token, LocatedConcept Location, float[] Embedding);

/// <summary>All concepts of a picture.</summary>
/// <param name="Concepts">In order of their tokens' numbers.</param>
/// <param name="FinalLosses">Mean losses over the last pass.</param>
public sealed record ConceptSet(IReadOnlyList<Concept> Concepts, LossValues FinalLosses);

/// <summary>The parts of the training loss, each unweighted, and their weighted sum.</summary>
/// <param name="Denoising">Masked denoising.</param>
/// <param name="Alignment">Earth mover's distance, summed over the prompt's tokens.</param>
/// <param name="Contrast">Token contrast; 0 once tokens are merged.</param>
/// <param name="Total">What was minimised.</param>
public readonly record struct LossValues(double Denoising, double Alignment, double Contrast, double Total)
{
    public static LossValues MeanOf(IReadOnlyCollection<LossValues> values) => values.Count == 0 ? default : new(
        values.Average(v => v.Denoising), values.Average(v => v.Alignment), values.Average(v => v.Contrast), values.Average(v => v.Total));
}
