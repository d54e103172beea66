using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>
/// Saliency of a picture's cells: their attention to the first end-of-text token of the empty prompt (method 1, filter).
/// </summary>
static class SaliencyMap
{
    /// <summary>
    /// Upsamples an attention map to the grid and scales it to 0..1 by its minimum and maximum. A constant map gives zeros (the published
    /// code divides by zero).
    /// </summary>
    /// <param name="attention">(r, c) cross-attention to the first end-of-text token, mean over heads and layers.</param>
    /// <param name="grid">The grid of the result, usually the latent's.</param>
    /// <returns>Saliency per cell, 0 to 1.</returns>
    /// <exception cref="ArgumentException">The map is not two-dimensional, or not finite.</exception>
    public static float[] Of(Tensor attention, Grid grid)
    {
        if (attention.dim() != 2)
            throw new ArgumentException($"the attention map has {attention.dim()} dimensions; a saliency map needs 2");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var map = Bilinear.Resize(attention.to(float32, CPU).unsqueeze(0), grid);
        var (least, most) = (map.min(), map.max());
        var range = (most - least).item<float>();
        if (!float.IsFinite(range)) throw new ArgumentException("the attention map for saliency holds values that are not finite");
        return range > 0 ? ((map - least) / range).contiguous().data<float>().ToArray() : new float[grid.Cells];
    }

    /// <summary>
    /// Returns a score per cluster: its mean saliency divided by the mean saliency of all cells. A cluster with a score above 1 stands out.
    /// If all saliencies are 0, all scores are 0.
    /// </summary>
    /// <param name="saliency">Saliency per cell, 0 or more.</param>
    /// <param name="labels">The cluster of each cell, 0 to clusters - 1; negative if the cell is in no cluster.</param>
    /// <param name="clusters">Number of clusters. An empty cluster scores 0.</param>
    /// <exception cref="ArgumentException">The two lists differ in length.</exception>
    public static double[] Scores(ReadOnlySpan<float> saliency, ReadOnlySpan<int> labels, int clusters)
    {
        if (saliency.Length != labels.Length)
            throw new ArgumentException(
                $"there are {labels.Length} labels for {saliency.Length} cells of saliency; give one label per cell");
        var (sums, counts, total) = (new double[clusters], new int[clusters], 0.0);
        for (var cell = 0; cell < labels.Length; cell++)
        {
            total += saliency[cell];
            if (labels[cell] < 0) continue;
            sums[labels[cell]] += saliency[cell];
            counts[labels[cell]]++;
        }
        var mean = total / saliency.Length;
        var scores = new double[clusters];
        for (var cluster = 0; cluster < clusters; cluster++)
            scores[cluster] = mean > 0 && counts[cluster] > 0 ? sums[cluster] / counts[cluster] / mean : 0;
        return scores;
    }
}
