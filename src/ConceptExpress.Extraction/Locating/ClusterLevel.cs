namespace ConceptExpress.Extraction.Locating;

/// <summary>Points in clusters: one level of FINCH's hierarchy, or all of k-means'.</summary>
/// <param name="Labels">The cluster of each point; clusters are numbered in the order in which they first appear.</param>
/// <param name="Clusters">The number of clusters.</param>
public sealed record ClusterLevel(int[] Labels, int Clusters)
{
    /// <summary>The first neighbour of each cluster of the level below (of each point, for the first level); empty where there are none, as with k-means.</summary>
    public int[] Neighbours { get; init; } = [];

    /// <summary>
    /// The largest weighted distance of the links that made this level, null when there was none. A pair that are each other's
    /// first neighbours weighs double, as in the published code.
    /// </summary>
    public double? LargestLink { get; init; }
}
