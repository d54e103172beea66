using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Intermediate results of <see cref="BorderLocator"/>, for logs and tests.</summary>
/// <param name="Saliency">Border saliency per cell, in nats, 0 or more.</param>
/// <param name="Threshold">The saliency above which a cell or a cluster is foreground.</param>
/// <param name="ClusterCounts">Number of clusters per level; empty if each cell was judged on its own.</param>
/// <param name="Regions">Regions of the foreground after all cuts, before small ones are dropped.</param>
sealed record BorderTrace(float[] Saliency, double Threshold, int[] ClusterCounts, RegionMap Regions);

/// <summary>
/// Locates concepts as regions that attend little to the picture's border (docs/deviations.md, preset Express):
/// <see cref="BorderSaliency"/>, split into foreground and background by <see cref="Otsu"/>, in connected regions, which
/// <see cref="NormalizedCut"/> splits further. Concepts of one kind stay separate if they do not touch.
/// </summary>
/// <param name="settings">The settings of this locator.</param>
sealed class BorderLocator(BorderLocating settings) : ILocator
{
    // In nats. Smaller differences of saliency are rounding errors and must not be split.
    const float MinContrast = 1e-4f;

    public int Evaluations(bool given) => settings.Timesteps.Count * settings.DrawsPerTimestep;

    public CellMap Read(AttentionReader reader, INoiseSource noise, CancellationToken stop)
    {
        var (finest, coarser) = reader.FinestLayers(settings.Timesteps, settings.DrawsPerTimestep, noise, stop);
        return new CellMap(reader.Grid, finest, BorderSaliency.Of(finest, reader.Grid, settings.Walks), coarser);
    }

    public double ProminenceOf(CellMap map, AttentionReader reader, INoiseSource noise, CancellationToken stop) =>
        Prominence.Of(map, MinArea(map.Grid));

    public IReadOnlyList<LocatedConcept> Find(CellMap map) => Locate(map).Concepts;

    double MinArea(Grid grid) => settings.MinArea * grid.Cells - 1e-9; // an area of exactly this share is enough

    /// <summary>Returns the concepts, in descending order of saliency times area, and the intermediate results.</summary>
    /// <exception cref="ArgumentException">The map does not fit the grid, or has values that are not finite.</exception>
    internal (IReadOnlyList<LocatedConcept> Concepts, BorderTrace Trace) Locate(CellMap map)
    {
        var (grid, attention, saliency) = (map.Grid, map.Attention, map.Saliency);
        var threshold = Threshold(saliency);
        IReadOnlyList<ClusterLevel> levels = settings.Clusters is null ? [] : Finch.Cluster(new DivergenceOfMeans(attention));
        var unitSaliency = levels.Count > 0
            ? ClusterMeans(saliency, levels[PublishedLocator.ChooseLevel(levels, settings.Clusters!.MinClusters)])
            : Array.ConvertAll(saliency, value => (double)value);
        var (cuts, minArea) = (settings.Cuts, MinArea(grid));
        var regions = NormalizedCut.Split(Foreground(unitSaliency, threshold, grid),
            new CellLikeness(attention, grid, map.Coarser, cuts.Sharpness, cuts.CoarserSharpness), grid,
            new CutRules(cuts.MaxCost, cuts.MinPart * grid.Cells, minArea, cuts.LengthCost, settings.MinConcepts ?? 0));
        var scores = SaliencyMap.Scores(saliency, regions.Labels, regions.Count);
        LocatedConcept[] concepts = [.. Largest(regions, saliency, minArea).Take(settings.MaxConcepts ?? int.MaxValue)
            .Select(region => (Region: region, Mask: regions.Mask(region)))
            .Select(found =>
                new LocatedConcept(new GridMask(grid, found.Mask), scores[found.Region], MaskedConcepts.Feature(found.Mask, attention)))];
        return (concepts, new BorderTrace(saliency, threshold, [.. levels.Select(level => level.Clusters)], regions));
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
