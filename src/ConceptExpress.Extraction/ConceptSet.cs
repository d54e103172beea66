using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction;

/// <summary>One thing found in a picture.</summary>
/// <param name="Mask">Where it is, on the latent grid.</param>
/// <param name="Saliency">How much it stands out from the background; the scale depends on the locator, larger is more.</param>
/// <param name="Feature">Mean self-attention of its cells, one value per cell of the grid: what alignment pulls the token's attention to.</param>
public sealed record LocatedConcept(GridMask Mask, double Saliency, float[] Feature);

/// <summary>One thing found in a picture, with the word that draws it.</summary>
/// <param name="Word">What prompts say, and its embedding.</param>
/// <param name="Location">Where it is.</param>
public sealed record Concept(ConceptWord Word, LocatedConcept Location);

/// <summary>All concepts of a picture.</summary>
/// <param name="Concepts">In order of their words' numbers; none where nothing stands out.</param>
/// <param name="FinalLosses">Mean losses over the last pass; null where nothing was learned.</param>
public sealed record ConceptSet(IReadOnlyList<Concept> Concepts, LossValues? FinalLosses)
{
    /// <summary>The words alone.</summary>
    public IReadOnlyList<ConceptWord> Words => [.. Concepts.Select(concept => concept.Word)];
}
