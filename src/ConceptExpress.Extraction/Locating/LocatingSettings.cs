using System.ComponentModel.DataAnnotations;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Settings of how concepts are located: <see cref="PublishedLocating"/> or <see cref="BorderLocating"/>.</summary>
public abstract record LocatingSettings
{
    /// <summary>
    /// Maximum number of concepts, 1 to 1000; null: no limit. If there are more, the most salient ones are kept; with
    /// <see cref="BorderLocating"/>, those with the largest saliency times area. Not used if masks are given.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(1, 1000)]
    public int? MaxConcepts { get; init; }

    /// <summary>
    /// Minimum prominence, 0 to 1000: how many times more attention crosses the foreground's outline if it lies elsewhere in the picture,
    /// times how many times more colours change across it where it is. A picture below it has no concepts. Null: no minimum,
    /// every picture has concepts. Not used if masks are given. More in docs/deviations.md (prominence).
    /// </summary>
    /// <value>The default is 2.6.</value>
    [Range(0.0, 1e3)]
    public double? MinProminence { get; init; } = 2.6;

    /// <summary>Creates the locator for these settings.</summary>
    /// <param name="seed">Seed of the random numbers that the locator draws itself.</param>
    internal abstract ILocator NewLocator(long seed);
}

/// <summary>
/// The published way (method 1): cells are clustered, clusters are filtered by end-of-text saliency, and the rest is clustered again. The
/// defaults are the published ones, except for <see cref="LocatingSettings.MinProminence"/>, which the published method does not have.
/// </summary>
public sealed record PublishedLocating : LocatingSettings
{
    /// <summary>How cells are clustered before the filter (method 1, pre-cluster).</summary>
    /// <value>The default is <see cref="FinchClustering"/>, as published.</value>
    public CellClustering Clustering { get; init; } = new FinchClustering();

    /// <summary>
    /// Only clusters with a higher score than this are kept, 0 to 1e6 (method 1, filter). The score is the mean saliency of a cluster's
    /// cells, divided by that of all cells. If no cluster has a higher score, the one with the best score is kept. Null: all clusters are
    /// kept.
    /// </summary>
    /// <value>The default is 1, as published.</value>
    [Range(0.0, 1e6)]
    public double? MinSaliency { get; init; } = 1;

    internal override ILocator NewLocator(long seed) => new PublishedLocator(this, seed);
}

/// <summary>How cells are clustered: <see cref="FinchClustering"/> or <see cref="KMeansClustering"/>.</summary>
public abstract record CellClustering;

/// <summary>
/// First-neighbor clustering, FINCH (method 1, pre-cluster). Takes the last level with enough clusters, or the first level if none has.
/// </summary>
/// <remarks>"Efficient Parameter-free Clustering Using First Neighbor Relations".</remarks>
public sealed record FinchClustering : CellClustering
{
    /// <summary>Minimum number of clusters that the level must have, 2 to 10,000.</summary>
    /// <value>The default is 10, as published.</value>
    [Range(2, 10_000)]
    public int MinClusters { get; init; } = 10;
}

/// <summary>
/// k-means on the same rows of self-attention, for comparison with FINCH. The seed decides the first centers (k-means++).
/// </summary>
public sealed record KMeansClustering : CellClustering
{
    /// <summary>Number of clusters, 2 to 10,000. There are fewer if there are fewer distinct rows.</summary>
    /// <value>The default is 10, the minimum of <see cref="FinchClustering"/>.</value>
    [Range(2, 10_000)]
    public int Clusters { get; init; } = 10;
}

/// <summary>
/// Our way (docs/deviations.md, preset Express): concepts are connected regions of cells that attend little to the picture's border.
/// Regions are cut where things touch.
/// </summary>
public sealed record BorderLocating : LocatingSettings
{
    /// <summary>
    /// Timesteps at which attention is read, at least one, in thousandths of the checkpoint's schedule, 0 to 999. At 0 no noise is added.
    /// </summary>
    /// <value>The default is 50, 150 and 250.</value>
    [Range(0, 999)]
    public IReadOnlyList<int> Timesteps { get; init; } = [50, 150, 250];

    /// <summary>Noise draws per timestep, 1 to 1000. The attention of all draws is averaged.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 1000)]
    public int DrawsPerTimestep { get; init; } = 1;

    /// <summary>
    /// Cells of the longer side of the grid on which things are told apart, 8 to 64: finer attention is pooled to it, so that the other
    /// settings mean the same at every size of the picture. Of the UNet's levels that have as many cells, that one is read at which most
    /// stands out. Null: the grid of the finest level. Time grows with the third power of a region's number of cells.
    /// </summary>
    /// <value>The default is 24.</value>
    [Range(8, 64)]
    public int? Cells { get; init; } = 24;

    /// <summary>
    /// Number of times that attention spreads the border's marks inwards, 1 to 1000. Cells that they hardly reach are foreground.
    /// </summary>
    /// <value>The default is 12.</value>
    [Range(1, 1000)]
    public int Walks { get; init; } = 12;

    /// <summary>
    /// Clusters the cells first; each cluster is then foreground or background as a whole. Null: each cell is judged on its own.
    /// </summary>
    /// <value>The default is null.</value>
    public FinchClustering? Clusters { get; init; }

    /// <summary>
    /// Minimum area of a concept, as a share of the picture, 0 to 1. Smaller regions are dropped, unless all regions are smaller: then the
    /// one with the largest saliency times area is kept. No cut makes a smaller part.
    /// </summary>
    /// <value>The default is 4/576, which is 4 cells of a 24x24 grid.</value>
    [Range(0.0, 1)]
    public double MinArea { get; init; } = 4.0 / (24 * 24);

    /// <summary>
    /// Minimum number of concepts, 1 to 1000 and not above <see cref="LocatingSettings.MaxConcepts"/>; null: no minimum. If there are fewer
    /// regions, they are split at their best cuts until there are enough or no cut is left; then there are fewer concepts, and a warning.
    /// A picture below <see cref="LocatingSettings.MinProminence"/> still has none. Not used if masks are given.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(1, 1000)]
    public int? MinConcepts { get; init; }

    /// <summary>
    /// How far the outlines of masks may move to an edge of the picture, 0.1 to 4 cells of the grid on which things are told apart. Null:
    /// masks consist of whole cells. Not used if masks are given.
    /// </summary>
    /// <value>The default is 1.</value>
    [Range(0.1, 4.0)]
    public double? EdgeReach { get; init; } = 1;

    /// <summary>Where regions of things that touch are cut.</summary>
    /// <value>The default is <c>new CutSettings()</c>.</value>
    public CutSettings Cuts { get; init; } = new();

    internal override ILocator NewLocator(long seed) => new BorderLocator(this);
}

/// <summary>
/// Settings of how regions of things that touch are cut (docs/deviations.md, cuts). The cost of a cut is the share of attention that
/// crosses it, 0 to 2, plus penalties for its length (<see cref="LengthCost"/>) and for the region's size (<see cref="SizeCost"/>).
/// </summary>
/// <remarks>"Normalized Cuts and Image Segmentation".</remarks>
public sealed record CutSettings
{
    /// <summary>
    /// Maximum cost of a cut, 0 to 1000; cuts up to this cost are made. Null: only the cuts that <see cref="BorderLocating.MinConcepts"/>
    /// requires are made, at any cost.
    /// </summary>
    /// <value>The default is 1.5.</value>
    [Range(0.0, 1e3)]
    public double? MaxCost { get; init; } = 1.5;

    /// <summary>
    /// Minimum area of both parts of a cut, as a share of the picture, 0 to 1. A smaller part is taken for a part of one thing, and is cut
    /// off only if <see cref="BorderLocating.MinConcepts"/> requires it.
    /// </summary>
    /// <value>The default is 1/32.</value>
    [Range(0.0, 1)]
    public double MinPart { get; init; } = 1.0 / 32;

    /// <summary>
    /// Minimum area of both parts of a cut, as a share of the region that is cut, 0 to 0.5, with the same exception as
    /// <see cref="MinPart"/>.
    /// </summary>
    /// <value>The default is 0.2.</value>
    [Range(0.0, 0.5)]
    public double MinShare { get; init; } = 0.2;

    /// <summary>
    /// Penalty per length of a cut, 0 to 1000. The length is measured in cell edges and divided by the square root of the smaller part's
    /// area in cells.
    /// </summary>
    /// <value>The default is 0.5.</value>
    [Range(0.0, 1e3)]
    public double LengthCost { get; init; } = 0.5;

    /// <summary>
    /// Penalty per size of the region that is cut, 0 to 1000. The size is its share of the picture. Attention has a limited reach, so it
    /// crosses every line through a large thing less than one through a small thing.
    /// </summary>
    /// <value>The default is 0.7.</value>
    [Range(0.0, 1e3)]
    public double SizeCost { get; init; } = 0.7;
}
