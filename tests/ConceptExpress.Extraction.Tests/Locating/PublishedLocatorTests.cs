using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>The published locator where the published code would fail, and what holds of every result.</summary>
public sealed class PublishedLocatorTests : IDisposable
{
    static readonly PatchWorld world = new(
        "............",
        ".aaaa.......",
        ".aaaa.......",
        ".aaaa..bbb..",
        ".aaaa..bbb..",
        ".......bbb..",
        ".......bbb..",
        "............");

    readonly IDisposable scope = NewDisposeScope();

    [Fact]
    public void Things_AreCoveredByDisjointConcepts()
    {
        var (concepts, trace) = Locate("ab", minClusters: 3);
        var covered = new int[world.Grid.Cells];
        foreach (var concept in concepts)
            for (var cell = 0; cell < covered.Length; cell++)
                if (concept.Mask.Cells[cell]) covered[cell]++;
        Assert.Equal(world.Saliency("ab").Select(value => value == 1 ? 1 : 0), covered);
        Assert.All(concepts, concept => Assert.Equal(1, concept.Feature.Sum(), 1e-4));
        Assert.All(concepts, concept => Assert.True(concept.Saliency > 1));
        Assert.Equal(trace.PostClustering[^1].Clusters, concepts.Count);
        var (a, b) = (world.Mask('a'), world.Mask('b'));
        Assert.DoesNotContain(concepts, concept => GoldenTensors.Iou(concept.Mask.Cells, a) > 0
            && GoldenTensors.Iou(concept.Mask.Cells, b) > 0);
    }

    [Fact]
    public void MaxConcepts_KeepsTheMostSalient_InTheirOrder()
    {
        var settings = new PublishedLocating { Clustering = new FinchClustering { MinClusters = 3 }, MinSaliency = null };
        var all = new PublishedLocator(settings, seed: 0).Find(world.Seen("ab"), world.Picture());
        Assert.InRange(all.Count, 3, int.MaxValue);
        for (var most = 1; most <= all.Count + 1; most++)
        {
            var kept = new PublishedLocator(settings with { MaxConcepts = most }, seed: 0).Find(world.Seen("ab"), world.Picture());
            Assert.Equal(Math.Min(most, all.Count), kept.Count);
            Assert.Equal(all.Select(concept => concept.Saliency).OrderDescending().Take(most), kept.Select(concept => concept.Saliency)
                .OrderDescending());
            Assert.Equal(all.Select(Key).Where(kept.Select(Key).Contains), kept.Select(Key));
        }
        static string Key(LocatedConcept concept) => string.Concat(concept.Mask.Cells.Select(cell => cell ? '1' : '0'));
    }

    [Fact]
    public void WhenEveryLevelHasManyClusters_TheLastIsTaken()
    {
        var (concepts, trace) = Locate("a", minClusters: 2);
        Assert.Equal(trace.PreClustering.Count - 1, trace.ChosenLevel);
        Assert.NotEmpty(concepts);
    }

    [Fact]
    public void WhenNoLevelHasEnoughClusters_TheFirstIsTaken_WithoutALimit()
    {
        var (concepts, trace) = Locate("a", minClusters: 10_000);
        Assert.Equal((0, null), (trace.ChosenLevel, trace.Threshold));
        Assert.NotEmpty(concepts);
    }

    [Fact]
    public void WhenNothingIsSalient_TheBestClusterIsTheOnlyConcept()
    {
        var (concepts, trace) = new PublishedLocator(new PublishedLocating { MinSaliency = 1000 }, seed: 0).Locate(world.Seen("b"));
        Assert.Equal(trace.Scores.Max(), trace.Scores[Assert.Single(trace.Candidates)]);
        Assert.Equal(1, GoldenTensors.Iou(Assert.Single(concepts).Mask.Cells, ClusterMask(trace)));

        (concepts, _) = Published.Locate(world.Seen("") with { Saliency = new float[world.Grid.Cells] });
        Assert.True(Assert.Single(concepts).Mask.Area > 0);
    }

    [Fact]
    public void MapsThatMakeNoSense_AreRefused()
    {
        var map = world.Seen("a");
        Assert.Throws<ArgumentException>(() => Published.Find(map with { Attention = map.Attention * float.NaN }, world.Picture()));
        Assert.Throws<ArgumentException>(() => Published.Find(map with { Saliency = new float[3] }, world.Picture()));
        Assert.Throws<ArgumentException>(() => Published.Find(map with { Attention = ones(4, 4) }, world.Picture()));
    }

    public void Dispose() => scope.Dispose();

    static PublishedLocator Published => new(new PublishedLocating(), seed: 0);

    static (IReadOnlyList<LocatedConcept> Concepts, PublishedTrace Trace) Locate(string salient, int minClusters) =>
        new PublishedLocator(new PublishedLocating { Clustering = new FinchClustering { MinClusters = minClusters } }, seed: 0)
            .Locate(world.Seen(salient));

    static bool[] ClusterMask(PublishedTrace trace)
        => Array.ConvertAll(trace.PreClustering[trace.ChosenLevel].Labels, label => label == trace.Candidates[0]);
}
