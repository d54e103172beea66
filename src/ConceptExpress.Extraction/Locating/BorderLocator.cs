using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Intermediate results of <see cref="BorderLocator"/>, for logs and tests.</summary>
/// <param name="Saliency">Border saliency per cell, in nats, 0 or more.</param>
/// <param name="Threshold">The saliency above which a cell or a cluster is foreground.</param>
/// <param name="ClusterCounts">Number of clusters per level; empty if each cell was judged on its own.</param>
/// <param name="Regions">Regions of the foreground after all cuts, before small ones are dropped.</param>
sealed record BorderTrace(float[] Saliency, double Threshold, int[] ClusterCounts, RegionMap Regions);

/// <summary>
/// Locates concepts as regions that attend little to the picture's border (docs/deviations.md, preset Express), on a grid of the same size
/// for every picture, from the level of the UNet at which something stands out most (<see cref="Prominence"/>):
/// <see cref="BorderSaliency"/>, split into foreground and background by <see cref="Otsu"/>, in connected regions, which
/// <see cref="NormalizedCut"/> splits further. Concepts of one kind stay separate if they do not touch.
/// </summary>
/// <param name="settings">The settings of this locator.</param>
sealed class BorderLocator(BorderLocating settings) : ILocator
{
    // In nats. Smaller differences of saliency are rounding errors and must not be split.
    const float MinContrast = 1e-4f;

    public int Evaluations(bool given) => settings.Timesteps.Count * settings.DrawsPerTimestep;

    public CellMap Read(AttentionReader reader, RgbImage picture, INoiseSource noise, CancellationToken stop)
    {
        // Which level tells things from their ground differs from checkpoint to checkpoint, and from size to size.
        var levels = reader.Levels(settings.Cells, settings.Timesteps, settings.DrawsPerTimestep, noise, stop)
            .Select(level => (level.Map, level.Grid, Coarse: CoarseOf(level.Map, level.Grid))).ToList();
        var (map, grid, coarse) = levels.Count == 1
            ? levels[0]
            : levels.MaxBy(level => Prominence.Of(level.Coarse, picture, MinArea(level.Coarse.Grid)));
        // A map of 128x128 cells takes a gigabyte.
        foreach (var other in levels.Where(level => !ReferenceEquals(level.Map, map))) other.Map.Dispose();
        return On(reader.Grid, map, grid, coarse);
    }

    /// <summary>Returns what this locator reads from attention.</summary>
    /// <param name="attention">(hw, hw) self-attention, rows normalised to sum 1.</param>
    /// <param name="grid">Its grid, h x w cells.</param>
    internal CellMap MapOf(Tensor attention, Grid grid) => On(grid, attention, grid, CoarseOf(attention, grid));

    /// <summary>Returns attention and saliency on the grid on which things are told apart.</summary>
    CellMap CoarseOf(Tensor attention, Grid grid)
    {
        var coarse = PooledAttention.GridOf(grid, settings.Cells ?? int.MaxValue);
        var pooled = PooledAttention.Of(attention, grid, coarse);
        return new CellMap(coarse, pooled, BorderSaliency.Of(pooled, coarse, settings.Walks));
    }

    static CellMap On(Grid latent, Tensor attention, Grid grid, CellMap coarse) => coarse.Grid == latent
        ? coarse
        : new CellMap(latent, SelfAttentionMap.Enlarged(attention, grid, latent), Enlarged(coarse.Saliency, coarse.Grid, latent), coarse);

    public double ProminenceOf(CellMap map, RgbImage picture, AttentionReader reader, INoiseSource noise, CancellationToken stop) =>
        Prominence.Of(map.Pooled ?? map, picture, MinArea((map.Pooled ?? map).Grid));

    public IReadOnlyList<LocatedConcept> Find(CellMap map, RgbImage picture) => Locate(map, picture).Concepts;

    double MinArea(Grid grid) => settings.MinArea * grid.Cells - 1e-9; // an area of exactly this share is enough

    /// <summary>Returns the concepts, in descending order of saliency times area, and the intermediate results.</summary>
    /// <param name="map">The result of <see cref="Read"/>.</param>
    /// <param name="picture">The picture with whose edges masks are refined; null to keep them as cells.</param>
    /// <exception cref="ArgumentException">The map does not fit the grid, or has values that are not finite.</exception>
    internal (IReadOnlyList<LocatedConcept> Concepts, BorderTrace Trace) Locate(CellMap map, RgbImage? picture = null)
    {
        var (grid, attention, saliency, _) = map.Pooled ?? map;
        var threshold = Threshold(saliency);
        IReadOnlyList<ClusterLevel> levels = settings.Clusters is null ? [] : Finch.Cluster(new DivergenceOfMeans(attention));
        var unitSaliency = levels.Count > 0
            ? ClusterMeans(saliency, levels[PublishedLocator.ChooseLevel(levels, settings.Clusters!.MinClusters)])
            : Array.ConvertAll(saliency, value => (double)value);
        var (cuts, minArea) = (settings.Cuts, MinArea(grid));
        var (regions, margins) = NormalizedCut.Split(Foreground(unitSaliency, threshold, grid), attention, grid,
            new CutRules(cuts.MaxCost, cuts.MinPart * grid.Cells, cuts.MinShare, minArea, cuts.LengthCost, cuts.SizeCost,
                settings.MinConcepts ?? 0));
        var scores = SaliencyMap.Scores(saliency, regions.Labels, regions.Count);
        int[] found = [.. Largest(regions, saliency, minArea).Take(settings.MaxConcepts ?? int.MaxValue)];
        var masks = picture is not null && settings.EdgeReach is { } reach
            ? [.. MaskRefiner.Refine([.. found.Select(regions.Mask)], grid, picture, reach)
                .Select(fine => (GridMask.Of(fine, map.Grid), (Mask?)fine))]
            : Masks(regions, found, grid, map.Grid).Select(cells => (Cells: new GridMask(map.Grid, cells), Fine: (Mask?)null));
        LocatedConcept[] concepts = [.. found.Zip(masks, (region, mask) =>
            new LocatedConcept(mask.Cells, scores[region], MaskedConcepts.Feature(mask.Cells.Cells, map.Attention))
            {
                FineMask = mask.Fine,
                Confidence = Confidence.Of(map.Pooled ?? map, regions.Mask(region), margins[region]),
            })];
        return (concepts, new BorderTrace(saliency, threshold, [.. levels.Select(level => level.Clusters)], regions));
    }

    // Every cell of the finer grid belongs to the region, or to the rest, of which most lies around it (bilinear interpolation).
    static IEnumerable<bool[]> Masks(RegionMap regions, int[] found, Grid grid, Grid finer)
    {
        if (grid == finer) return found.Select(regions.Mask);
        using var scope = NewDisposeScope();
        float[] Weights(int region) => Array.ConvertAll(regions.Labels, label => label == region ? 1f : 0f);
        var inside = tensor([.. found.SelectMany(Weights)], [found.Length, grid.Height, grid.Width]);
        var outside = 1 - inside.sum(0, keepdim: true);
        var (_, winners) = Bilinear.Resize(cat([inside, outside]), finer).view(found.Length + 1, finer.Cells).max(0);
        var labels = winners.data<long>().ToArray();
        return [.. Enumerable.Range(0, found.Length).Select(place => Array.ConvertAll(labels, label => label == place))];
    }

    static float[] Enlarged(float[] values, Grid grid, Grid finer)
    {
        using var scope = NewDisposeScope();
        return Bilinear.Resize(tensor(values, [1, grid.Height, grid.Width]), finer).contiguous().data<float>().ToArray();
    }

    /// <summary>Returns for each cell the mean saliency of its cluster.</summary>
    static double[] ClusterMeans(float[] saliency, ClusterLevel level)
    {
        var (sums, counts) = (new double[level.Clusters], new int[level.Clusters]);
        for (var cell = 0; cell < saliency.Length; cell++)
        {
            sums[level.Labels[cell]] += saliency[cell];
            counts[level.Labels[cell]]++;
        }
        return Array.ConvertAll(level.Labels, label => sums[label] / counts[label]);
    }

    static double Threshold(float[] saliency) => saliency.Max() - saliency.Min() < MinContrast ? saliency.Max() : Otsu.Threshold(saliency);

    /// <summary>Returns the connected regions of cells above the threshold; none if all cells are equally salient.</summary>
    internal static RegionMap Foreground(float[] saliency, Grid grid)
    {
        var threshold = Threshold(saliency);
        return ConnectedRegions.Of(Array.ConvertAll(saliency, value => value > threshold), grid);
    }

    static RegionMap Foreground(double[] saliency, double threshold, Grid grid)
    {
        var foreground = Array.ConvertAll(saliency, value => value > threshold);
        if (!foreground.Contains(true)) Array.Fill(foreground, true);
        return ConnectedRegions.Of(foreground, grid);
    }

    static IEnumerable<int> Largest(RegionMap regions, float[] saliency, double minArea)
    {
        var (areas, weights) = (regions.Areas(), new double[regions.Count]); // mean saliency times area = sum of saliency
        for (var cell = 0; cell < saliency.Length; cell++)
            if (regions.Labels[cell] is >= 0 and var region) weights[region] += saliency[cell];
        int[] ordered = [.. Enumerable.Range(0, regions.Count).OrderByDescending(region => weights[region])];
        int[] largeEnough = [.. ordered.Where(region => areas[region] >= minArea)];
        return largeEnough.Length > 0 ? largeEnough : ordered[..1];
    }
}
