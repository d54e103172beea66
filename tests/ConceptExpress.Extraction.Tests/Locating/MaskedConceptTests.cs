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
        var (map, saliency) = (world.Map(), world.Saliency("b"));
        var concepts = MaskedConcepts.Of([Mask('b'), Mask('a')], map, saliency, world.Grid);
        Assert.Equal([4, 9], concepts.Select(concept => concept.Mask.Area));
        Assert.True(concepts[0].Saliency > 1 && concepts[1].Saliency < 1);
        var rows = world.Mask('b').Index().Where(cell => cell.Item).Select(cell => map[cell.Index].data<float>().ToArray()).ToList();
        for (var i = 0; i < world.Grid.Cells; i++) Assert.Equal(rows.Average(row => row[i]), concepts[0].Feature[i], 1e-6f);
    }

    [Fact]
    public void WhatExpressFinds_IsDescribedAsExpressDescribesIt()
    {
        var map = world.Map();
        var found = ExpressLocator.Locate(map, world.Grid).Concepts;
        var described = MaskedConcepts.Of([.. found.Select(concept => concept.Mask)], map, BorderSaliency.Of(map, world.Grid), world.Grid);
        foreach (var (a, b) in found.Zip(described))
        {
            Assert.Equal(a.Feature, b.Feature);
            Assert.Equal(a.Saliency, b.Saliency, 1e-9);
        }
    }

    [Fact]
    public void WithoutTheFilter_EveryCellIsOfSomeConcept()
    {
        var settings = new PaperLocatorSettings { MinClusters = 2, MinScore = double.NegativeInfinity };
        var (concepts, _) = PaperLocator.Locate(world.Map(), world.Saliency("a"), world.Grid, settings);
        Assert.Equal(world.Grid.Cells, concepts.Sum(concept => concept.Mask.Area));
    }

    [Fact]
    public void KMeans_TakesThePlaceOfTheFirstFinch()
    {
        var settings = new PaperLocatorSettings { PreClustering = PreClustering.KMeans, KMeansClusters = 5, Seed = 3 };
        var (concepts, trace) = PaperLocator.Locate(world.Map(), world.Saliency("ab"), world.Grid, settings);
        Assert.NotEmpty(concepts);
        Assert.Equal((0, null), (trace.ChosenLevel, trace.Threshold));
        Assert.Equal(KMeans.Cluster(world.Map(), 5, 3).Labels, Assert.Single(trace.PreClustering).Labels);
    }

    [Fact]
    public void MasksThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Of([]));
        Assert.Throws<ArgumentException>(() => Of([new GridMask(world.Grid, new bool[world.Grid.Cells])]));
        Assert.Throws<ArgumentException>(() => Of([new GridMask(new GridSize(1, 2), [true, true])]));
    }

    public void Dispose() => scope.Dispose();

    static IReadOnlyList<LocatedConcept> Of(IReadOnlyList<GridMask> masks) => MaskedConcepts.Of(masks, world.Map(), world.Saliency("a"), world.Grid);

    static GridMask Mask(char letter) => new(world.Grid, world.Mask(letter));
}
