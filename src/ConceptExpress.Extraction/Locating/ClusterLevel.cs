namespace ConceptExpress.Extraction.Locating;

/// <summary>A clustering of points: one level of FINCH's hierarchy, or the whole result of k-means.</summary>
/// <param name="Labels">The cluster of each point, from 0. Clusters are numbered in the order in which they first appear.</param>
/// <param name="Clusters">Number of clusters.</param>
sealed record ClusterLevel(int[] Labels, int Clusters)
{
    /// <summary>
    /// The first neighbor of each cluster of the level below, or of each point for the first level. Empty if there are no neighbors, as
    /// with k-means.
    /// </summary>
    public int[] Neighbours { get; init; } = [];

    /// <summary>
    /// The largest weighted distance of the links that formed this level; null if there were no links. The distance of a mutual pair of
    /// first neighbors counts double (published semantics 6).
    /// </summary>
    public double? MaxLink { get; init; }
}
