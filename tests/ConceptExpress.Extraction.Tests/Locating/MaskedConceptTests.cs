using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class MaskedConceptTests : IDisposable
{
    static readonly PatchWorld world = new(
        "........",
        ".aaa....",
        ".aaa.bb.",
        ".aaa.bb.",
        "........");

    readonly IDisposable scope = NewDisposeScope();

    [Fact]
    public void GivenMasks_KeepTheirOrder_AndGetTheMeanOfTheirRows()
    {
        var map = world.Map();
        var concepts = MaskedConcepts.Of([Mask('b'), Mask('a')], world.Seen("b"));
        Assert.Equal([4, 9], concepts.Select(concept => concept.Mask.Area));
        Assert.True(concepts[0].Saliency > 1 && concepts[1].Saliency < 1);
        var rows = world.Mask('b').Index().Where(cell => cell.Item).Select(cell => map[cell.Index].data<float>().ToArray()).ToList();
        for (var i = 0; i < world.Grid.Cells; i++) Assert.Equal(rows.Average(row => row[i]), concepts[0].Feature[i], 1e-6f);
    }

    [Fact]
    public void WhatALocatorFinds_IsDescribedAsTheLocatorDescribesIt()
    {
        var map = world.SeenFromTheBorder();
        var found = new BorderLocator(new BorderLocating()).Find(map, world.Picture());
        Assert.NotEmpty(found);
        var described = MaskedConcepts.Of([.. found.Select(concept => concept.Mask)], map);
        foreach (var (a, b) in found.Zip(described))
        {
            Assert.Equal(a.Feature, b.Feature);
            Assert.Equal(a.Saliency, b.Saliency, 1e-9);
        }
    }

    [Fact]
    public void WithoutTheFilter_EveryCellIsOfSomeConcept()
    {
        var settings = new PublishedLocating { Clustering = new FinchClustering { MinClusters = 2 }, MinSaliency = null };
        var concepts = new PublishedLocator(settings, seed: 0).Find(world.Seen("a"), world.Picture());
        Assert.Equal(world.Grid.Cells, concepts.Sum(concept => concept.Mask.Area));
    }

    [Fact]
    public void KMeans_TakesThePlaceOfTheFirstFinch()
    {
        var settings = new PublishedLocating { Clustering = new KMeansClustering { Clusters = 5 } };
        var (concepts, trace) = new PublishedLocator(settings, seed: 3).Locate(world.Seen("ab"));
        Assert.NotEmpty(concepts);
        Assert.Equal((0, null), (trace.ChosenLevel, trace.Threshold));
        Assert.Equal(KMeans.Cluster(world.Map(), 5, 3).Labels, Assert.Single(trace.PreClustering).Labels);
    }

    [Fact]
    public void MasksThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Of([]));
        Assert.Throws<ArgumentException>(() => Of([new GridMask(world.Grid, new bool[world.Grid.Cells])]));
        Assert.Throws<ArgumentException>(() => Of([new GridMask(new Grid { Width = 2, Height = 1 }, [true, true])]));
    }

    public void Dispose() => scope.Dispose();

    static IReadOnlyList<LocatedConcept> Of(IReadOnlyList<GridMask> masks) => MaskedConcepts.Of(masks, world.Seen("a"));

    static GridMask Mask(char letter) => new(world.Grid, world.Mask(letter));
}
