namespace ConceptExpress.Extraction.Locating;

/// <summary>What is told apart from the background as a whole.</summary>
public enum ForegroundUnit
{
    /// <summary>Every cell by itself.</summary>
    Cell,

    /// <summary>Every cluster of the level that <see cref="ExpressLocatorSettings.MinClusters"/> chooses.</summary>
    Cluster,
}

/// <summary>The choices of <see cref="ExpressLocator"/>.</summary>
public sealed record ExpressLocatorSettings
{
    /// <summary>What is foreground or background as a whole. The default is single cells.</summary>
    public ForegroundUnit Unit { get; init; } = ForegroundUnit.Cell;

    /// <summary>How often the border's mark is carried on by attention, 1 or more. The default is 3.</summary>
    public int BorderWalks { get; init; } = 3;

    /// <summary>The least area of a concept, as a share of the grid, 0..1. The default is that of 4 cells of 24x24.</summary>
    public double MinArea { get; init; } = 4.0 / (24 * 24);

    /// <summary>How dear a cut between things that touch may be (see <see cref="NormalizedCut"/>); 0 leaves them together. The default is 1.1.</summary>
    public double MostCut { get; init; } = 1.1;

    /// <summary>The least area of either of two things that touch, as a share of the grid, 0..1: a smaller part belongs to its thing. The default is a thirty-second.</summary>
    public double LeastPart { get; init; } = 1.0 / 32;

    /// <summary>Regions are cut further, cheapest cut first, until there are so many concepts or nothing is left to cut; 0 (the default) for any number.</summary>
    public int MinConcepts { get; init; }

    /// <summary>At most this many concepts, 1 or more: those of most saliency times area. The default is 10, the published limit.</summary>
    public int MaxConcepts { get; init; } = 10;

    /// <summary>With <see cref="ForegroundUnit.Cluster"/>, the last level of so many clusters or more counts. The default is 10.</summary>
    public int MinClusters { get; init; } = 10;
}
