using ConceptExpress.Extraction.Attention;

namespace ConceptExpress.Extraction.Locating;

/// <summary>The published choices of localization.</summary>
public sealed record PaperLocatorSettings
{
    /// <summary>The level taken is the last with at least this many clusters. The published value is 10.</summary>
    public int MinClusters { get; init; } = 10;

    /// <summary>Clusters must score above this (see <see cref="SaliencyMap.Scores"/>). The published value is 1.</summary>
    public double MinScore { get; init; } = 1;

    /// <summary>How cells are clustered before clusters are scored. The published way is FINCH.</summary>
    public PreClustering PreClustering { get; init; }

    /// <summary>With <see cref="Extraction.PreClustering.KMeans"/>, how many clusters, 1 or more. The default is 10.</summary>
    public int KMeansClusters { get; init; } = 10;

    /// <summary>Seed of k-means' first centres. The default is 0.</summary>
    public long Seed { get; init; }
}
