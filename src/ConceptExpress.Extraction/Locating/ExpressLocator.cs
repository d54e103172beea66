using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>What happened on the way, for logs and tests.</summary>
/// <param name="Saliency">Border saliency per cell.</param>
/// <param name="Threshold">The saliency above which a unit is foreground.</param>
/// <param name="ClusterCounts">Clusters per level; empty where cells were judged by themselves.</param>
/// <param name="Regions">Connected regions of the foreground, before small ones were dropped.</param>
public sealed record ExpressTrace(float[] Saliency, double Threshold, int[] ClusterCounts, RegionMap Regions);

/// <summary>
/// Localization by what the border does not reach (method 5): <see cref="BorderSaliency"/>, parted by <see cref="Otsu"/>, in connected
/// regions. Things of one kind that do not touch stay apart.
/// </summary>
public static class ExpressLocator
{
    // In nats. Smaller differences of saliency are rounding errors, and must not be parted.
    const float LeastContrast = 1e-4f;

    /// <summary>
    /// Finds the concepts, most saliency times area first. There is at least one: where no region is large enough the greatest stands
    /// alone, and where nothing stands out the whole picture does.
    /// </summary>
    /// <param name="map">(hw, hw) self-attention of the layers of highest resolution, fp32: mean of heads, layers and timesteps, rows
    /// normalised to sum 1.</param>
    /// <param name="grid">The h x w cells.</param>
    /// <param name="settings">The defaults if null.</param>
    /// <param name="coarser">What the layers of the next lower resolution attend to; null if there are none. Only used to part things that touch.</param>
    /// <exception cref="ArgumentException">The map does not fit the grid, or is not finite.</exception>
    public static (IReadOnlyList<LocatedConcept> Concepts, ExpressTrace Trace) Locate(
        Tensor map, GridSize grid, ExpressLocatorSettings? settings = null, CoarserAttention? coarser = null)
    {
        settings ??= new ExpressLocatorSettings();
        if (settings.MaxConcepts < 1) throw new ArgumentException($"at least one concept must be allowed, not {settings.MaxConcepts}");
        var saliency = BorderSaliency.Of(map, grid, settings.BorderWalks);
        var threshold = saliency.Max() - saliency.Min() < LeastContrast ? saliency.Max() : Otsu.Threshold(saliency);
        IReadOnlyList<FinchLevel> levels = settings.Unit == ForegroundUnit.Cluster ? Finch.Cluster(new DivergenceOfMeans(map)) : [];
        var unitSaliency = levels.Count > 0
            ? ClusterMeans(saliency, levels[PaperLocator.ChooseLevel(levels, settings.MinClusters)])
            : Array.ConvertAll(saliency, value => (double)value);
        var regions = NormalizedCut.Split(Foreground(unitSaliency, threshold, grid), new CellLikeness(map, grid, coarser), grid,
            new CutRules(settings.MostCut, settings.LeastPart * saliency.Length, LeastArea(saliency.Length, settings), settings.MinConcepts));
        var scores = SaliencyMap.Scores(saliency, regions.Labels, regions.Count);
        LocatedConcept[] concepts = [.. Largest(regions, saliency, settings)
            .Select(region => new LocatedConcept(new GridMask(grid, regions.Mask(region)), scores[region], Feature(map, regions, region)))];
        return (concepts, new ExpressTrace(saliency, threshold, [.. levels.Select(level => level.Clusters)], regions));
    }

    /// <summary>Every cell gets the mean of its cluster.</summary>
    static double[] ClusterMeans(float[] saliency, FinchLevel level)
    {
        var (sums, counts) = (new double[level.Clusters], new int[level.Clusters]);
        for (var cell = 0; cell < saliency.Length; cell++)
        {
            sums[level.Labels[cell]] += saliency[cell];
            counts[level.Labels[cell]]++;
        }
        return Array.ConvertAll(level.Labels, label => sums[label] / counts[label]);
    }

    static RegionMap Foreground(double[] saliency, double threshold, GridSize grid)
    {
        var foreground = Array.ConvertAll(saliency, value => value > threshold);
        if (!foreground.Contains(true)) Array.Fill(foreground, true);
        return ConnectedRegions.Of(foreground, grid);
    }

    static double LeastArea(int cells, ExpressLocatorSettings settings) => settings.MinArea * cells - 1e-9; // an area that is exactly the share is enough

    static IEnumerable<int> Largest(RegionMap regions, float[] saliency, ExpressLocatorSettings settings)
    {
        var (areas, weights) = (regions.Areas(), new double[regions.Count]); // saliency times area = the sum inside
        for (var cell = 0; cell < saliency.Length; cell++)
            if (regions.Labels[cell] is >= 0 and var region) weights[region] += saliency[cell];
        var leastArea = LeastArea(saliency.Length, settings);
        int[] ordered = [.. Enumerable.Range(0, regions.Count).OrderByDescending(region => weights[region])];
        int[] largeEnough = [.. ordered.Where(region => areas[region] >= leastArea)];
        return (largeEnough.Length > 0 ? largeEnough : ordered[..1]).Take(settings.MaxConcepts);
    }

    /// <summary>The mean row of a region's cells, summing to 1.</summary>
    static float[] Feature(Tensor map, RegionMap regions, int region)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long[] members = [.. regions.Labels.Index().Where(cell => cell.Item == region).Select(cell => (long)cell.Index)];
        var feature = map.index_select(0, tensor(members, device: map.device)).mean([0L]);
        return (feature / feature.sum()).to(float32, CPU).data<float>().ToArray();
    }
}
