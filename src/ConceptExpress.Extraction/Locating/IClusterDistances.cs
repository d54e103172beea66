namespace ConceptExpress.Extraction.Locating;

/// <summary>Points for first-neighbor clustering (<see cref="Finch"/>), with the distances between the means of their clusters.</summary>
interface IClusterDistances
{
    /// <summary>Number of points.</summary>
    int Points { get; }

    /// <summary>
    /// Returns the distances between cluster means. If every point is a cluster of its own, these are the distances between points.
    /// </summary>
    /// <param name="labels">The cluster of each point, 0 to clusters - 1.</param>
    /// <param name="clusters">Number of clusters, none of them empty.</param>
    DistanceMatrix BetweenMeans(ReadOnlySpan<int> labels, int clusters);
}
