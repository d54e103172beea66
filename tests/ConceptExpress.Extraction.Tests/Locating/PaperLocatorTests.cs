using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>The published locator where the published code would fail, and what holds of every result.</summary>
public sealed class PaperLocatorTests : IDisposable
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
        Assert.DoesNotContain(concepts, concept => GoldenTensors.Iou(concept.Mask.Cells, a) > 0 && GoldenTensors.Iou(concept.Mask.Cells, b) > 0);
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
        var settings = new PaperLocatorSettings { MinScore = 1000 };
        var (concepts, trace) = PaperLocator.Locate(world.Map(), world.Saliency("b"), world.Grid, settings);
        Assert.Equal(trace.Scores.Max(), trace.Scores[Assert.Single(trace.Candidates)]);
        Assert.Equal(1, GoldenTensors.Iou(Assert.Single(concepts).Mask.Cells, ClusterMask(trace)));

        (concepts, _) = PaperLocator.Locate(world.Map(), new float[world.Grid.Cells], world.Grid);
        Assert.True(Assert.Single(concepts).Mask.Area > 0);
    }

    [Fact]
    public void MapsThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => PaperLocator.Locate(world.Map() * float.NaN, world.Saliency("a"), world.Grid));
        Assert.Throws<ArgumentException>(() => PaperLocator.Locate(world.Map(), new float[3], world.Grid));
        Assert.Throws<ArgumentException>(() => PaperLocator.Locate(ones(4, 4), world.Saliency("a"), world.Grid));
    }

    public void Dispose() => scope.Dispose();

    static (IReadOnlyList<LocatedConcept> Concepts, PaperTrace Trace) Locate(string salient, int minClusters)
        => PaperLocator.Locate(world.Map(), world.Saliency(salient), world.Grid, new PaperLocatorSettings { MinClusters = minClusters });

    static bool[] ClusterMask(PaperTrace trace)
        => Array.ConvertAll(trace.PreClustering[trace.ChosenLevel].Labels, label => label == trace.Candidates[0]);
}
