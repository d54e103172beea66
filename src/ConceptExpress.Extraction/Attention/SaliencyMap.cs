using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>
/// Where something stands out: the attention of a picture's cells to the end-of-text token of an empty prompt (method 1, filter).
/// </summary>
public static class SaliencyMap
{
    /// <summary>
    /// Upsamples an attention map to the grid and scales it to 0..1. A constant map gives zeros (the published code divides by zero).
    /// </summary>
    /// <param name="attention">(r, c): cross-attention to the first end-of-text token, mean of heads and layers.</param>
    /// <param name="grid">The grid to cover.</param>
    /// <returns>Saliency per cell.</returns>
    /// <exception cref="ArgumentException">The map is not two-dimensional, or not finite.</exception>
    public static float[] Of(Tensor attention, Grid grid)
    {
        if (attention.dim() != 2) throw new ArgumentException($"a saliency map has 2 dimensions, not {attention.dim()}");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var map = Bilinear.Resize(attention.to(float32, CPU).unsqueeze(0), grid);
        var (least, most) = (map.min(), map.max());
        var range = (most - least).item<float>();
        if (!float.IsFinite(range)) throw new ArgumentException("the saliency map is not finite");
        return range > 0 ? ((map - least) / range).contiguous().data<float>().ToArray() : new float[grid.Cells];
    }

    /// <summary>
    /// Per cluster the mean saliency inside over the mean of all cells: above 1 stands out. Where nothing is salient all scores are 0.
    /// </summary>
    /// <param name="saliency">Saliency per cell, nothing negative.</param>
    /// <param name="labels">The cluster of each cell; negative for none.</param>
    /// <param name="clusters">The number of clusters; an empty one scores 0.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static double[] Scores(ReadOnlySpan<float> saliency, ReadOnlySpan<int> labels, int clusters)
    {
        if (saliency.Length != labels.Length) throw new ArgumentException($"{labels.Length} labels for {saliency.Length} cells");
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
