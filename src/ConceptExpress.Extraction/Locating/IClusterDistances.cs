namespace ConceptExpress.Extraction.Locating;

/// <summary>What first-neighbour clustering needs to know of the points it clusters: how far apart the means of clusters are.</summary>
public interface IClusterDistances
{
    /// <summary>The number of points.</summary>
    int Points { get; }

    /// <summary>Distances between cluster means; with every point its own cluster, between the points.</summary>
    /// <param name="labels">The cluster of each point, in 0..clusters-1.</param>
    /// <param name="clusters">The number of clusters, none of them empty.</param>
    DistanceMatrix BetweenMeans(ReadOnlySpan<int> labels, int clusters);
}
