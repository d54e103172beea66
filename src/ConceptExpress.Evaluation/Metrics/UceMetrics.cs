namespace ConceptExpress.Evaluation.Metrics;

/// <summary>
/// The metrics of unsupervised concept extraction ("ConceptExpress: Harnessing Diffusion Models for Single-image Unsupervised Concept
/// Extraction"; method 4), as functions of encoder features. A source concept is a thing of the source picture, shown by its true mask;
/// <see cref="Viewing.SourceForm"/> says how.
/// </summary>
static class UceMetrics
{
    /// <summary>
    /// SIM^I, identity similarity, -1 to 1: the mean cosine between pictures generated from "a photo of &lt;asset i&gt;" and the source
    /// concept that the word was matched with.
    /// </summary>
    /// <param name="generated">Features of the generated pictures, at least one.</param>
    /// <param name="source">The source concept's feature.</param>
    /// <exception cref="ArgumentException">There are no pictures, or features differ in width.</exception>
    public static double IdentitySimilarity(IReadOnlyList<float[]> generated, float[] source) => MeanCosine(generated, source);

    /// <summary>
    /// SIM^C, compositional similarity, -1 to 1: the mean cosine between pictures generated from the joint prompt of all words and the
    /// whole source picture.
    /// </summary>
    /// <param name="generated">Features of the generated pictures, at least one.</param>
    /// <param name="picture">The source picture's feature.</param>
    /// <exception cref="ArgumentException">There are no pictures, or features differ in width.</exception>
    public static double CompositionalSimilarity(IReadOnlyList<float[]> generated, float[] picture) => MeanCosine(generated, picture);

    /// <summary>
    /// ACC^k, classification accuracy, 0 to 1: the share of generated pictures whose own source concept is among the k nearest prototypes
    /// by cosine. Prototypes are the source concepts of the whole data set. In a tie the own prototype counts as nearest, so the result
    /// does not depend on their order.
    /// </summary>
    /// <param name="generated">Features of the generated pictures, at least one.</param>
    /// <param name="own">Index of the prototype that belongs to the pictures' word: the source concept that it was matched with.</param>
    /// <param name="prototypes">The features of all source concepts.</param>
    /// <param name="k">1 or more; the paper reports 1 and 3.</param>
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
        if (generated.Count == 0) throw new ArgumentException("there are no generated pictures to compare");
    }
}
