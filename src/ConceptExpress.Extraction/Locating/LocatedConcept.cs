namespace ConceptExpress.Extraction.Locating;

/// <summary>A concept found in a picture, before a word for it is learned.</summary>
/// <param name="Grid">The grid of mask and feature.</param>
/// <param name="Mask">Per cell, whether it belongs to the concept.</param>
/// <param name="Feature">Per cell, the attention of the concept's pixels to it: a distribution (sum 1).</param>
/// <param name="Score">Mean saliency inside the mask over the mean of the picture; above 1 is salient.</param>
public sealed record LocatedConcept(GridSize Grid, bool[] Mask, float[] Feature, double Score)
{
    /// <summary>Cells of the mask.</summary>
    public int Area => Mask.Count(inside => inside);
}
