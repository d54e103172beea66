using ConceptExpress.Extraction.Attention;

namespace ConceptExpress.Extraction.Locating;

/// <summary>The published choices of localization.</summary>
public sealed record PaperLocatorSettings
{
    /// <summary>The level taken is the last with at least this many clusters. The published value is 10.</summary>
    public int MinClusters { get; init; } = 10;

    /// <summary>Clusters must score above this (see <see cref="SaliencyMap.Scores"/>). The published value is 1.</summary>
    public double MinScore { get; init; } = 1;
}
