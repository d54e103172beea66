namespace ConceptExpress.Evaluation.Metrics;

/// <summary>
/// The metrics of unsupervised concept extraction ("ConceptExpress: Harnessing Diffusion Models for Single-image Unsupervised Concept
/// Extraction"; method 4), as functions of encoder features. A source concept is the picture masked by the true mask of a thing
/// (see <see cref="Viewing.SourceForm"/> for how an encoder sees it).
/// </summary>
public static class UceMetrics
{
    /// <summary>
    /// SIM^I, identity similarity: the mean cosine between pictures generated from "a photo of &lt;asset i&gt;" and the source concept
    /// that the word was matched with. -1 to 1.
    /// </summary>
    /// <param name="generated">Features of the generated pictures, at least one.</param>
    /// <param name="source">The source concept's feature.</param>
    /// <exception cref="ArgumentException">There are no pictures, or features differ in width.</exception>
    public static double IdentitySimilarity(IReadOnlyList<float[]> generated, float[] source) => MeanCosine(generated, source);

    /// <summary>
    /// SIM^C, compositional similarity: the mean cosine between pictures generated from the joint prompt of all words and the whole source
    /// picture. -1 to 1.
    /// </summary>
    /// <param name="generated">Features of the generated pictures, at least one.</param>
    /// <param name="picture">The source picture's feature.</param>
    /// <exception cref="ArgumentException">There are no pictures, or features differ in width.</exception>
    public static double CompositionalSimilarity(IReadOnlyList<float[]> generated, float[] picture) => MeanCosine(generated, picture);

    /// <summary>
    /// ACC^k, classification accuracy: the share of generated pictures whose own source concept is among the k prototypes nearest by
    /// cosine, the prototypes being the source concepts of the whole data set. 0 to 1. Of equally near prototypes the own one counts as
    /// the nearest, so that their order does not matter.
    /// </summary>
    /// <param name="generated">Features of generated pictures, at least one.</param>
    /// <param name="own">The prototype of the source concept that the pictures' word was matched with.</param>
    /// <param name="prototypes">The features of all source concepts.</param>
    /// <param name="k">1 or more; published are 1 and 3.</param>
    /// <exception cref="ArgumentException">There are no pictures, or features differ in width.</exception>
    public static double Accuracy(IReadOnlyList<float[]> generated, int own, IReadOnlyList<float[]> prototypes, int k)
    {
        RequirePictures(generated);
        return generated.Average(feature => Nearer(feature, own, prototypes) < k ? 1.0 : 0);
    }

    static int Nearer(float[] feature, int own, IReadOnlyList<float[]> prototypes)
    {
        var ownCosine = Cosine.Of(feature, prototypes[own]);
        return prototypes.Count(prototype => Cosine.Of(feature, prototype) > ownCosine);
    }

    static double MeanCosine(IReadOnlyList<float[]> generated, float[] wanted)
    {
        RequirePictures(generated);
        return generated.Average(feature => Cosine.Of(feature, wanted));
    }

    static void RequirePictures(IReadOnlyList<float[]> generated)
    {
        if (generated.Count == 0) throw new ArgumentException("without generated pictures nothing can be compared");
    }
}
