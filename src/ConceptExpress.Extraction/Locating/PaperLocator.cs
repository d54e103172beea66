using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>What happened on the way, for logs and tests.</summary>
/// <param name="PreClustering">The levels of the first clustering, of cells; k-means has one.</param>
/// <param name="ChosenLevel">The one of them whose clusters were scored.</param>
/// <param name="Scores">A score per cluster of the chosen level.</param>
/// <param name="Candidates">The clusters kept. Where none scored enough, the first of the best.</param>
/// <param name="Threshold">The largest link allowed between candidates; null for no limit.</param>
/// <param name="PostClustering">The levels of the second clustering, of candidates.</param>
public sealed record PaperTrace(
    IReadOnlyList<FinchLevel> PreClustering,
    int ChosenLevel,
    double[] Scores,
    int[] Candidates,
    double? Threshold,
    IReadOnlyList<FinchLevel> PostClustering);

/// <summary>
/// The published localization (method 1: pre-cluster, filter, post-cluster), with defined results where the published code fails:
/// if all levels have <see cref="PaperLocatorSettings.MinClusters"/> clusters or more, the last is taken; if none has, the first,
/// without a limit on links; if no cluster is salient, the one that scores best is the only concept.
/// </summary>
public static class PaperLocator
{
    /// <summary>Finds the concepts, numbered in the order of the second clustering's labels.</summary>
    /// <param name="map">(hw, hw) aggregated self-attention, rows normalised to sum 1, fp32.</param>
    /// <param name="saliency">Saliency per cell, 0..1 (<see cref="SaliencyMap.Of"/>).</param>
    /// <param name="grid">The h x w cells.</param>
    /// <param name="settings">The published ones if null.</param>
    /// <exception cref="ArgumentException">Map or saliency do not fit the grid, or the map is not finite.</exception>
    public static (IReadOnlyList<LocatedConcept> Concepts, PaperTrace Trace) Locate(
        Tensor map, float[] saliency, GridSize grid, PaperLocatorSettings? settings = null)
    {
        settings ??= new PaperLocatorSettings();
        grid.RequireCells(saliency.Length, "the saliency map");
        grid.RequireCells(map.shape[0], "the attention map");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var cells = new DivergenceOfMeans(map);
        var levels = settings.PreClustering == PreClustering.KMeans ? [KMeans.Cluster(map, settings.KMeansClusters, settings.Seed)] : Finch.Cluster(cells);
        var chosen = ChooseLevel(levels, settings.MinClusters);
        var level = levels[chosen];
        var scores = SaliencyMap.Scores(saliency, level.Labels, level.Clusters);
        var candidates = Candidates(scores, settings.MinScore);
        // The published code knows no largest link of the first level, and k-means has no links.
        var threshold = chosen > 0 ? level.LargestLink : null;

        var features = cells.Means(level.Labels, level.Clusters).index_select(0, tensor(candidates, dtype: int64, device: map.device));
        var candidateOfCell = CandidateOfCell(level, candidates);
        var rule = new LinkRule(threshold, (labels, count) => ConnectedRegions.Touching(Regions(candidateOfCell, labels), count, grid));
        var merged = Finch.Cluster(new DivergenceOfMeans(features), rule);
        var concepts = Concepts(features, merged[^1], candidateOfCell, saliency, grid);
        return (concepts, new PaperTrace(levels, chosen, scores, candidates, threshold, merged));
    }

    /// <summary>The first level with enough clusters whose successor has too few: as counts only fall, the last with enough.</summary>
    internal static int ChooseLevel(IReadOnlyList<FinchLevel> levels, int minClusters)
        => Math.Max(levels.Count(level => level.Clusters >= minClusters) - 1, 0);

    static int[] Candidates(double[] scores, double minScore)
    {
        int[] salient = [.. Enumerable.Range(0, scores.Length).Where(cluster => scores[cluster] > minScore)];
        return salient.Length > 0 ? salient : [Array.IndexOf(scores, scores.Max())];
    }

    static int[] CandidateOfCell(FinchLevel level, int[] candidates)
    {
        var candidateOfCluster = new int[level.Clusters];
        Array.Fill(candidateOfCluster, -1);
        for (var i = 0; i < candidates.Length; i++) candidateOfCluster[candidates[i]] = i;
        return Array.ConvertAll(level.Labels, label => candidateOfCluster[label]);
    }

    static int[] Regions(int[] candidateOfCell, ReadOnlySpan<int> labelOfCandidate)
    {
        var regions = new int[candidateOfCell.Length];
        for (var cell = 0; cell < regions.Length; cell++)
            regions[cell] = candidateOfCell[cell] < 0 ? -1 : labelOfCandidate[candidateOfCell[cell]];
        return regions;
    }

    static LocatedConcept[] Concepts(Tensor features, FinchLevel level, int[] candidateOfCell, float[] saliency, GridSize grid)
    {
        var regions = Regions(candidateOfCell, level.Labels);
        var scores = SaliencyMap.Scores(saliency, regions, level.Clusters);
        // Members count the same whatever their area, as in the published code.
        var means = new DivergenceOfMeans(features).Means(level.Labels, level.Clusters).cpu();
        var concepts = new LocatedConcept[level.Clusters];
        for (var i = 0; i < concepts.Length; i++)
        {
            var mask = Array.ConvertAll(regions, region => region == i);
            concepts[i] = new LocatedConcept(new GridMask(grid, mask), scores[i], means[i].data<float>().ToArray());
        }
        return concepts;
    }
}
