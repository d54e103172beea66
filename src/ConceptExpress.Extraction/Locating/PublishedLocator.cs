using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Intermediate results of <see cref="PublishedLocator"/>, for logs and tests.</summary>
/// <param name="PreClustering">The levels of the first clustering, of cells, finest first; k-means has one level.</param>
/// <param name="ChosenLevel">Index of the level whose clusters were scored.</param>
/// <param name="Scores">The score of each cluster of the chosen level.</param>
/// <param name="Candidates">
/// The clusters that the filter kept. If none scored enough: the one with the best score, the first of equals.
/// </param>
/// <param name="Threshold">The longest link allowed between candidates; null for no limit.</param>
/// <param name="PostClustering">The levels of the second clustering, of candidates, finest first.</param>
sealed record PublishedTrace(
    IReadOnlyList<ClusterLevel> PreClustering,
    int ChosenLevel,
    double[] Scores,
    int[] Candidates,
    double? Threshold,
    IReadOnlyList<ClusterLevel> PostClustering);

/// <summary>
/// The published localization (method 1: pre-cluster, filter, post-cluster). In three cases the published code fails and this locator does
/// not: if all levels have enough clusters, the last level is taken; if no level has, the first level is taken, without a limit on links;
/// if no cluster is salient, the cluster with the best score is the only concept.
/// </summary>
/// <param name="settings">The settings of this locator.</param>
/// <param name="seed">Seed of the first centers of k-means; not used with FINCH.</param>
sealed class PublishedLocator(PublishedLocating settings, long seed) : ILocator
{
    // The published method does not check whether anything stands out. It is checked as in the border locator (docs/deviations.md).
    readonly BorderLocator border = new(new BorderLocating());

    public int Evaluations(bool given) => 1 + (given || settings.MinProminence is null ? 0 : border.Evaluations(given));

    public CellMap Read(AttentionReader reader, RgbImage picture, INoiseSource noise, CancellationToken stop)
    {
        var (map, endOfText) = reader.EveryLayer();
        return new CellMap(reader.Grid, map, SaliencyMap.Of(endOfText, reader.Grid));
    }

    public double ProminenceOf(CellMap map, RgbImage picture, AttentionReader reader, INoiseSource noise, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        return border.ProminenceOf(border.Read(reader, picture, noise, stop), picture, reader, noise, stop);
    }

    public IReadOnlyList<LocatedConcept> Find(CellMap map, RgbImage picture)
    {
        var concepts = Locate(map).Concepts;
        if (!(concepts.Count > settings.MaxConcepts)) return concepts;
        var kept = concepts.OrderByDescending(concept => concept.Saliency).Take(settings.MaxConcepts.Value).ToHashSet();
        return [.. concepts.Where(kept.Contains)];
    }

    /// <summary>Returns the concepts, in the order of the second clustering's labels, and the intermediate results.</summary>
    /// <exception cref="ArgumentException">Attention or saliency does not fit the grid, or attention is not finite.</exception>
    internal (IReadOnlyList<LocatedConcept> Concepts, PublishedTrace Trace) Locate(CellMap map)
    {
        var (grid, attention, saliency) = (map.Grid, map.Attention, map.Saliency);
        grid.RequireCells(saliency.Length, "the saliency map");
        grid.RequireCells(attention.shape[0], "the attention map");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var cells = new DivergenceOfMeans(attention);
        var levels = settings.Clustering is KMeansClustering means
            ? [KMeans.Cluster(attention, means.Clusters, seed)]
            : Finch.Cluster(cells);
        var chosen = ChooseLevel(levels, (settings.Clustering as FinchClustering)?.MinClusters ?? 0);
        var level = levels[chosen];
        var scores = SaliencyMap.Scores(saliency, level.Labels, level.Clusters);
        var candidates = Candidates(scores, settings.MinSaliency ?? double.NegativeInfinity);
        // In the published code the first level has no largest link (published semantics 6), and k-means has no links.
        var threshold = chosen > 0 ? level.MaxLink : null;

        var features = cells.Means(level.Labels, level.Clusters).index_select(0,
            tensor(candidates, dtype: int64, device: attention.device));
        var candidateOfCell = CandidateOfCell(level, candidates);
        var rule = new LinkRule(threshold, (labels, count) => ConnectedRegions.Touching(Regions(candidateOfCell, labels), count, grid));
        var merged = Finch.Cluster(new DivergenceOfMeans(features), rule);
        var concepts = Concepts(features, merged[^1], candidateOfCell, saliency, grid);
        return (concepts, new PublishedTrace(levels, chosen, scores, candidates, threshold, merged));
    }

    /// <summary>
    /// Returns the index of the last level with enough clusters, or 0 if no level has enough. Counts only fall from level to level, so this
    /// is the published choice: the first level with enough clusters whose successor has too few (published semantics 5).
    /// </summary>
    internal static int ChooseLevel(IReadOnlyList<ClusterLevel> levels, int minClusters)
        => Math.Max(levels.Count(level => level.Clusters >= minClusters) - 1, 0);

    static int[] Candidates(double[] scores, double minScore)
    {
        int[] salient = [.. Enumerable.Range(0, scores.Length).Where(cluster => scores[cluster] > minScore)];
        return salient.Length > 0 ? salient : [Array.IndexOf(scores, scores.Max())];
    }

    static int[] CandidateOfCell(ClusterLevel level, int[] candidates)
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

    static LocatedConcept[] Concepts(Tensor features, ClusterLevel level, int[] candidateOfCell, float[] saliency, Grid grid)
    {
        var regions = Regions(candidateOfCell, level.Labels);
        var scores = SaliencyMap.Scores(saliency, regions, level.Clusters);
        // All members count the same, whatever their area (published semantics 8).
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
