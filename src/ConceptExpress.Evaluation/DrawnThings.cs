using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation;

/// <summary>Finds the things in a drawing.</summary>
static class DrawnThings
{
    /// <summary>Returns the masks of the things, the most salient first, at the drawing's size.</summary>
    /// <param name="model">The checkpoint that drew it.</param>
    /// <param name="drawing">The drawing.</param>
    /// <param name="wanted">How many things the prompt names, 1 or more: touching things are cut until there are as many.</param>
    /// <param name="most">How many things a drawing can have at most; null for any number.</param>
    /// <param name="stop">Cancels the search.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<Mask> Find(StableDiffusion model, RgbImage drawing, int wanted, int? most, CancellationToken stop)
    {
        // The drawing of a prompt is meant to show something, so the foreground need not stand out.
        var locating = new BorderLocating { MinConcepts = wanted, MaxConcepts = most, MinProminence = null };
        var found = new ConceptExtractor(model).Locate(drawing, ExtractionSettings.Express with { Locating = locating }, null, null, stop);
        return [.. found.Select(concept => concept.ToMask(drawing.Size))];
    }
}
