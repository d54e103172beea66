using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction;

/// <summary>A concept's place in a picture, without a word.</summary>
/// <param name="Mask">The concept's cells on the latent grid.</param>
/// <param name="Saliency">How much the concept stands out from the background. Larger is more; the scale depends on the locator.</param>
/// <param name="Feature">
/// Mean self-attention of the concept's cells, one value per cell of the grid. It is the target of the token's attention (method 2,
/// attention alignment).
/// </param>
public sealed record LocatedConcept(GridMask Mask, double Saliency, float[] Feature);

/// <summary>A concept of a picture: its place, and the word that draws it.</summary>
/// <param name="Word">The word as prompts say it, and its learned vectors.</param>
/// <param name="Location">The mask, saliency and feature from which the word was learned.</param>
public sealed record Concept(ConceptWord Word, LocatedConcept Location);

/// <summary>The result of an extraction: all concepts of a picture.</summary>
/// <param name="Concepts">The concepts, in the order of their words' numbers; empty if nothing stands out.</param>
/// <param name="FinalLosses">Mean losses of the last pass; null if nothing was learned.</param>
public sealed record ConceptSet(IReadOnlyList<Concept> Concepts, LossValues? FinalLosses)
{
    /// <summary>The words of all concepts, in the same order.</summary>
    public IReadOnlyList<ConceptWord> Words => [.. Concepts.Select(concept => concept.Word)];
}
