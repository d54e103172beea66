using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class ExpressLocatorTests : IDisposable
{
    static readonly PatchWorld world = new(
        "..............",
        "..............",
        "..aaaa........",
        "..aaaa........",
        "..aaaa..aaa...",
        "..aaaa..aaa...",
        "........aaa...",
        "..............",
        "..............");

    readonly IDisposable scope = NewDisposeScope();

    [Theory]
    [InlineData(ForegroundUnit.Cell)]
    [InlineData(ForegroundUnit.Cluster)]
    public void ThingsOfOneKind_ThatDoNotTouch_StayApart_GreatestFirst(ForegroundUnit unit)
    {
        var (concepts, _) = ExpressLocator.Locate(world.Map(), world.Grid, new ExpressLocatorSettings { Unit = unit });
        Assert.Equal([16, 9], concepts.Select(concept => concept.Mask.Area));
        Assert.Equal(world.Mask('a'), concepts[0].Mask.Cells.Zip(concepts[1].Mask.Cells, (first, second) => first || second));
        Assert.All(concepts, concept => Assert.Equal(1, concept.Feature.Sum(), 1e-4));
        Assert.All(concepts, concept => Assert.True(concept.Saliency > 1));
    }

    [Fact]
    public void MaxConcepts_KeepsTheGreatest()
    {
        var (concepts, _) = ExpressLocator.Locate(world.Map(), world.Grid, new ExpressLocatorSettings { MaxConcepts = 1 });
        Assert.Equal(16, Assert.Single(concepts).Mask.Area);
    }

    [Fact]
    public void SmallRegions_AreDropped_ButNeverTheLast()
    {
        var share = 10.0 / world.Grid.Cells;
        var (concepts, trace) = ExpressLocator.Locate(world.Map(), world.Grid, new ExpressLocatorSettings { MinArea = share });
        Assert.Equal((16, 2), (Assert.Single(concepts).Mask.Area, trace.Regions.Count));
        (concepts, _) = ExpressLocator.Locate(world.Map(), world.Grid, new ExpressLocatorSettings { MinArea = 1 });
        Assert.Equal(16, Assert.Single(concepts).Mask.Area);
        (concepts, _) = ExpressLocator.Locate(world.Map(), world.Grid, new ExpressLocatorSettings { MinArea = 9.0 / world.Grid.Cells });
        Assert.Equal(2, concepts.Count); // exactly the share is enough
    }

    [Fact]
    public void WhereNothingStandsOut_ThePictureIsTheConcept()
    {
        var grid = new GridSize(5, 6);
        var (concepts, _) = ExpressLocator.Locate(ones(grid.Cells, grid.Cells) / grid.Cells, grid);
        Assert.Equal(grid.Cells, Assert.Single(concepts).Mask.Area);
    }

    [Fact]
    public void BorderSaliency_IsLeastOnTheBackground_AndFinite_WhereNothingIsReached()
    {
        var saliency = BorderSaliency.Of(world.Map(), world.Grid);
        var thing = world.Mask('a');
        Assert.True(saliency.Where((_, cell) => thing[cell]).Min() > saliency.Where((_, cell) => !thing[cell]).Max());
        Assert.Equal(0, saliency.Min());

        var alone = BorderSaliency.Of(eye(world.Grid.Cells), world.Grid);
        Assert.All(alone, value => Assert.True(float.IsFinite(value)));
        Assert.Equal((0, true), (alone[0], alone[world.Grid.Width + 1] > 40));
    }

    [Fact]
    public void ImpossibleRequests_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => BorderSaliency.Of(ones(4, 4), world.Grid));
        Assert.Throws<ArgumentException>(() => BorderSaliency.Of(world.Map(), world.Grid, walks: 0));
        var none = new ExpressLocatorSettings { MaxConcepts = 0 };
        Assert.Throws<ArgumentException>(() => ExpressLocator.Locate(world.Map(), world.Grid, none));
        Assert.Throws<ArgumentException>(() => ExpressLocator.Locate(world.Map() * float.NaN, world.Grid));
    }

    public void Dispose() => scope.Dispose();
}
