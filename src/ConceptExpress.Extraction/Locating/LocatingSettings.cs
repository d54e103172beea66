using System.ComponentModel.DataAnnotations;

namespace ConceptExpress.Extraction.Locating;

/// <summary>How concepts are found: a closed family, each member with a locator of its own.</summary>
public abstract record LocatingSettings
{
    /// <summary>The most concepts that are kept: the most salient ones, with <see cref="BorderLocating"/> those of most saliency times area.</summary>
    /// <value>The default is null: all.</value>
    [Range(1, 1000)]
    public int? MaxConcepts { get; init; }

    /// <summary>
    /// How much the foreground as a whole must stand out from the picture's border for there to be any concept, in nats; null takes every picture to show
    /// something. Measured with the embedded checkpoint at three sizes: scenes have 0.83 and more, plain pictures 0.68 and less.
    /// </summary>
    /// <value>The default is 0.7.</value>
    [Range(0.0, 1e3)]
    public double? MinProminence { get; init; } = 0.7;

    /// <summary>The locator of these settings.</summary>
    /// <param name="seed">Of what it draws at random.</param>
    public abstract ILocator NewLocator(long seed);
}

/// <summary>The published way: clusters of cells, filtered by end-of-text saliency, clustered again (method 1). The defaults are the published ones.</summary>
public sealed record PublishedLocating : LocatingSettings
{
    /// <summary>How cells are clustered before clusters are scored (method 1, pre-cluster).</summary>
    public CellClustering Clustering { get; init; } = new FinchClustering();

    /// <summary>Clusters must score above this (<see cref="Attention.SaliencyMap.Scores"/>; method 1, filter); null keeps all.</summary>
    /// <value>The default is 1.</value>
    [Range(0.0, 1e6)]
    public double? MinSaliency { get; init; } = 1;

    public override ILocator NewLocator(long seed) => new PublishedLocator(this, seed);
}

/// <summary>How cells are clustered: a closed family.</summary>
public abstract record CellClustering;

/// <summary>FINCH, at the last level with enough clusters.</summary>
public sealed record FinchClustering : CellClustering
{
    /// <summary>How many clusters are enough.</summary>
    /// <value>The default is 10, as published.</value>
    [Range(2, 10_000)]
    public int MinClusters { get; init; } = 10;
}

/// <summary>k-means on the same rows of self-attention. For comparison with FINCH.</summary>
public sealed record KMeansClustering : CellClustering
{
    /// <summary>How many clusters.</summary>
    /// <value>The default is 10, the least that FINCH's level has.</value>
    [Range(2, 10_000)]
    public int Clusters { get; init; } = 10;
}

/// <summary>Ours: cells that attend little to the picture's border, in connected regions, cut where things touch.</summary>
public sealed record BorderLocating : LocatingSettings
{
    /// <summary>When attention is read, in thousandths of the checkpoint's schedule; 0 is the clean latent.</summary>
    /// <value>The default is 50, 150, 250.</value>
    [Range(0, 999)]
    public IReadOnlyList<int> Timesteps { get; init; } = [50, 150, 250];

    /// <summary>Noises per timestep that are averaged.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 1000)]
    public int DrawsPerTimestep { get; init; } = 1;

    /// <summary>How often attention carries the border's mark on.</summary>
    /// <value>The default is 3.</value>
    [Range(1, 1000)]
    public int Walks { get; init; } = 3;

    /// <summary>Clusters that are foreground or background as a whole; null judges every cell by itself.</summary>
    /// <value>The default is null.</value>
    public FinchClustering? Clusters { get; init; }

    /// <summary>The least area of a concept, as a share of the picture.</summary>
    /// <value>The default is that of 4 cells of 24x24.</value>
    [Range(0.0, 1)]
    public double MinArea { get; init; } = 4.0 / (24 * 24);

    /// <summary>The least number of concepts: where fewer regions are found, they are cut at their best cuts until there are enough or no cut is left.</summary>
    /// <value>The default is null: any number.</value>
    [Range(1, 1000)]
    public int? MinConcepts { get; init; }

    /// <summary>Where regions are cut.</summary>
    public CutSettings Cuts { get; init; } = new();

    public override ILocator NewLocator(long seed) => new BorderLocator(this);
}

/// <summary>Where regions of things that touch are cut (<see cref="NormalizedCut"/>).</summary>
public sealed record CutSettings
{
    /// <summary>How dear a cut may be; null cuts only where <see cref="BorderLocating.MinConcepts"/> asks for it.</summary>
    /// <value>The default is 1.1.</value>
    [Range(0.0, 1e3)]
    public double? MaxCost { get; init; } = 1.1;

    /// <summary>The least area of either part, as a share of the picture: a smaller one belongs to its thing.</summary>
    /// <value>The default is a thirty-second.</value>
    [Range(0.0, 1)]
    public double MinPart { get; init; } = 1.0 / 32;

    /// <summary>What a cut as long as the side of a square of the smaller part's area costs beside its value.</summary>
    /// <value>The default is 0.15.</value>
    [Range(0.0, 1e3)]
    public double LengthCost { get; init; } = 0.15;

    /// <summary>How sharply cells are told apart by the finest layers: the power of their likeness.</summary>
    /// <value>The default is 4.</value>
    [Range(0.0, 1e3)]
    public double Sharpness { get; init; } = 4;

    /// <summary>The same for the next coarser layers.</summary>
    /// <value>The default is 6.</value>
    [Range(0.0, 1e3)]
    public double CoarserSharpness { get; init; } = 6;
}
