using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Distributions as points of <see cref="Finch"/>: cluster means, in which every member counts the same, under
/// <see cref="SymmetricDivergence"/>.
/// </summary>
/// <param name="rows">(n, d) distributions, fp32, on any device. Not owned.</param>
public sealed class DivergenceOfMeans(Tensor rows) : IClusterDistances
{
    public int Points => (int)rows.shape[0];

    public DistanceMatrix BetweenMeans(ReadOnlySpan<int> labels, int clusters)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var means = clusters == Points ? rows : Means(labels, clusters);
        return new DistanceMatrix(clusters, SymmetricDivergence.Within(means).cpu().data<float>().ToArray());
    }

    /// <summary>(clusters, d): the mean row of each cluster.</summary>
    /// <param name="labels">The cluster of each row, in 0..clusters-1, none empty.</param>
    /// <param name="clusters">The number of clusters.</param>
    /// <exception cref="ArgumentException">There are more or fewer labels than rows.</exception>
    public Tensor Means(ReadOnlySpan<int> labels, int clusters)
    {
        if (labels.Length != Points) throw new ArgumentException($"{labels.Length} labels for {Points} rows");
        using var scope = NewDisposeScope();
        var counts = new float[clusters];
        var index = new long[labels.Length];
        for (var i = 0; i < labels.Length; i++) counts[index[i] = labels[i]]++;
        var sums = zeros([clusters, rows.shape[1]], rows.dtype, rows.device).index_add_(0, tensor(index, device: rows.device), rows, 1);
        return (sums / tensor(counts, device: rows.device).unsqueeze(1)).MoveToOuterDisposeScope();
    }
}
