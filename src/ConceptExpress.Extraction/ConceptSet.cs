using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Imaging;

namespace ConceptExpress.Extraction;

/// <summary>A concept's place in a picture, without a word.</summary>
/// <param name="Mask">The concept's cells on the latent grid, at least one.</param>
/// <param name="Saliency">
/// How much the concept stands out: the mean saliency of its cells, divided by that of all cells. 0 or more; above 1 is more than the
/// picture's mean. Locators measure saliency differently, so compare values of one locator only.
/// </param>
/// <param name="Feature">
/// Mean self-attention of the concept's cells: one value per cell of the grid, row by row from the top, 0 or more, with sum 1. It is the
/// target of the token's attention (method 2, attention alignment).
/// </param>
public sealed record LocatedConcept(GridMask Mask, double Saliency, float[] Feature)
{
    /// <summary>
    /// The mask in pixels from which <see cref="Mask"/> was made: given, or refined with the picture's edges
    /// (<see cref="Locating.BorderLocating.EdgeReach"/>). Null if only cells are known.
    /// </summary>
    /// <value>The default is null.</value>
    public Mask? FineMask { get; init; }

    /// <summary>
    /// How sure it is that the mask covers one thing, 0 to 1 (docs/deviations.md, confidence). Null if that is not known, as for given
    /// masks and <see cref="Locating.PublishedLocating"/>.
    /// </summary>
    /// <value>The default is null.</value>
    public double? Confidence { get; init; }

    /// <summary>Returns the mask in pixels, as fine as it is known; the cells if no fine pixel is left at that size.</summary>
    /// <param name="size">Size of the picture in pixels, each side 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="OverflowException">The picture has 2^31 pixels or more.</exception>
    public Mask ToMask(PixelSize size) => FineMask?.Resize(size) is { Area: > 0 } fine ? fine : Mask.ToMask(size);
}

/// <summary>A concept of a picture: its place, and the word that draws it.</summary>
/// <param name="Word">The word as prompts say it, and its learned vectors.</param>
/// <param name="Location">The mask, saliency and feature from which the word was learned.</param>
public sealed record Concept(ConceptWord Word, LocatedConcept Location);

/// <summary>The result of an extraction: all concepts of a picture.</summary>
/// <param name="Concepts">The concepts, in the order of their words' numbers; empty if nothing stands out.</param>
/// <param name="FinalLosses">Mean losses of the last pass; null if no pass was done.</param>
public sealed record ConceptSet(IReadOnlyList<Concept> Concepts, LossValues? FinalLosses)
{
    /// <summary>The words of all concepts, in the same order: a new list at every call.</summary>
    public IReadOnlyList<ConceptWord> Words => [.. Concepts.Select(concept => concept.Word)];
}
