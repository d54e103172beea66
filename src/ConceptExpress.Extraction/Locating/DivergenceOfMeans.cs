using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Distances for <see cref="Finch"/> if the points are distributions: the <see cref="SymmetricDivergence"/> between cluster means. Every
/// member counts the same in a mean.
/// </summary>
/// <param name="rows">(n, d) distributions, fp32, on any device. The caller disposes of them.</param>
sealed class DivergenceOfMeans(Tensor rows) : IClusterDistances
{
    public int Points => (int)rows.shape[0];

    public DistanceMatrix BetweenMeans(ReadOnlySpan<int> labels, int clusters)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var means = clusters == Points ? rows : Means(labels, clusters);
        return new DistanceMatrix(clusters, SymmetricDivergence.Within(means).cpu().data<float>().ToArray());
    }

    /// <summary>Returns the mean row of each cluster, (clusters, d).</summary>
    /// <param name="labels">The cluster of each row, 0 to clusters - 1.</param>
    /// <param name="clusters">Number of clusters, none of them empty.</param>
    /// <exception cref="ArgumentException">There are more or fewer labels than rows.</exception>
    public Tensor Means(ReadOnlySpan<int> labels, int clusters)
    {
        if (labels.Length != Points)
            throw new ArgumentException($"there are {labels.Length} labels for {Points} rows; give one label per row");
        using var scope = NewDisposeScope();
        var counts = new float[clusters];
        var index = new long[labels.Length];
        for (var i = 0; i < labels.Length; i++) counts[index[i] = labels[i]]++;
        var sums = zeros([clusters, rows.shape[1]], rows.dtype, rows.device).index_add_(0, tensor(index, device: rows.device), rows, 1);
        return (sums / tensor(counts, device: rows.device).unsqueeze(1)).MoveToOuterDisposeScope();
    }
}
