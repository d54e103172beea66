using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class BorderLocatorTests : IDisposable
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

    static (IReadOnlyList<LocatedConcept> Concepts, BorderTrace Trace) Locate(BorderLocating settings) =>
        new BorderLocator(settings).Locate(world.SeenFromTheBorder());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ThingsOfOneKind_ThatDoNotTouch_StayApart_GreatestFirst(bool clusters)
    {
        var (concepts, trace) = Locate(new BorderLocating { Clusters = clusters ? new FinchClustering() : null });
        Assert.Equal(clusters, trace.ClusterCounts.Length > 0);
        Assert.Equal([16, 9], concepts.Select(concept => concept.Mask.Area));
        Assert.Equal(world.Mask('a'), concepts[0].Mask.Cells.Zip(concepts[1].Mask.Cells, (first, second) => first || second));
        Assert.All(concepts, concept => Assert.Equal(1, concept.Feature.Sum(), 1e-4));
        Assert.All(concepts, concept => Assert.True(concept.Saliency > 1));
    }

    [Fact]
    public void MaxConcepts_KeepsTheGreatest()
    {
        Assert.Equal(16, Assert.Single(Locate(new BorderLocating { MaxConcepts = 1 }).Concepts).Mask.Area);
        Assert.Equal(2, Locate(new BorderLocating { MaxConcepts = 2 }).Concepts.Count);
    }

    [Fact]
    public void WhereMoreConceptsAreAskedFor_ThingsAreCut()
    {
        var whole = new BorderLocating { MinArea = 0 };
        Assert.Equal(2, Locate(whole).Concepts.Count);
        var cut = Locate(whole with { MinConcepts = 3 }).Concepts;
        Assert.Equal(3, cut.Count);
        Assert.Equal(25, cut.Sum(concept => concept.Mask.Area));
        Assert.Equal(3, Locate(whole with { MinConcepts = 3, Cuts = new CutSettings { MaxCost = null } }).Concepts.Count);
    }

    [Fact]
    public void SmallRegions_AreDropped_ButNeverTheLast()
    {
        var share = 10.0 / world.Grid.Cells;
        var (concepts, trace) = Locate(new BorderLocating { MinArea = share });
        Assert.Equal((16, 2), (Assert.Single(concepts).Mask.Area, trace.Regions.Count));
        (concepts, _) = Locate(new BorderLocating { MinArea = 1 });
        Assert.Equal(16, Assert.Single(concepts).Mask.Area);
        (concepts, _) = Locate(new BorderLocating { MinArea = 9.0 / world.Grid.Cells });
        Assert.Equal(2, concepts.Count); // exactly the share is enough
    }

    [Fact]
    public void WhereNothingStandsOut_ThePictureIsTheConcept()
    {
        var grid = new Grid { Width = 6, Height = 5 };
        var even = ones(grid.Cells, grid.Cells) / grid.Cells;
        var concepts = new BorderLocator(new BorderLocating())
            .Find(new CellMap(grid, even, BorderSaliency.Of(even, grid, walks: 3)), world.Picture());
        Assert.Equal(grid.Cells, Assert.Single(concepts).Mask.Area);
    }

    [Fact]
    public void BorderSaliency_IsLeastOnTheBackground_AndFinite_WhereNothingIsReached()
    {
        var saliency = BorderSaliency.Of(world.Map(), world.Grid, walks: 3);
        var thing = world.Mask('a');
        Assert.True(saliency.Where((_, cell) => thing[cell]).Min() > saliency.Where((_, cell) => !thing[cell]).Max());
        Assert.Equal(0, saliency.Min());

        var alone = BorderSaliency.Of(eye(world.Grid.Cells), world.Grid, walks: 3);
        Assert.All(alone, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(0, alone.Min());
    }

    [Fact]
    public void ThingsThatTheBorderCutsOff_AreFound()
    {
        var drawing = new PatchWorld(
            "................",
            "................",
            "................",
            "................",
            ".....aaaa.......",
            "....aaaaaa....bb",
            "....aaaaaa...bbb");
        var concepts = new BorderLocator(new BorderLocating()).Find(drawing.SeenFromTheBorder(), drawing.Picture());
        Assert.Equal(2, concepts.Count);
        Assert.Equal(drawing.Mask('a'), concepts[0].Mask.Cells);
    }

    [Theory, InlineData(48), InlineData(64)]
    public void OneDrawing_OnAnotherGrid_GivesTheSameConcepts(int width)
    {
        var locator = new BorderLocator(new BorderLocating());
        IReadOnlyList<LocatedConcept> Found(PatchWorld drawing) =>
            locator.Find(locator.MapOf(drawing.Map(), drawing.Grid), drawing.Picture());
        var (usual, finer) = (Found(PatchWorld.Discs(24)), Found(PatchWorld.Discs(width)));
        Assert.Equal((2, 2), (usual.Count, finer.Count));
        Assert.All(usual.Zip(finer), pair =>
        {
            var (few, many) = (pair.First.Mask, pair.Second.Mask);
            Assert.Equal((width, width * 3 / 4), (many.Grid.Width, many.Grid.Height));
            var cells = many.Cells.Select((inside, cell) =>
                (Finer: inside, Usual: few.Cells[cell / width * 24 / width * 24 + cell % width * 24 / width])).ToList();
            Assert.True(cells.Count(cell => cell is (true, true)) > 0.85 * cells.Count(cell => cell.Finer || cell.Usual));
            Assert.True(pair.Second.Saliency > 1.5);
        });
    }

    [Fact]
    public void Masks_AreOnTheGridOfTheAttention_AndDoNotOverlap()
    {
        var finer = PatchWorld.Discs(64);
        var concepts = new BorderLocator(new BorderLocating()).Find(finer.SeenFromTheBorder(), finer.Picture());
        Assert.Equal(2, concepts.Count);
        Assert.All(concepts, concept => Assert.Equal(finer.Grid, concept.Mask.Grid));
        Assert.DoesNotContain(true, concepts[0].Mask.Cells.Zip(concepts[1].Mask.Cells, (first, second) => first && second));
        Assert.All(concepts, concept => Assert.Equal(finer.Grid.Cells, concept.Feature.Length));
    }

    [Fact]
    public void ImpossibleRequests_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => BorderSaliency.Of(ones(4, 4), world.Grid, walks: 3));
        Assert.Throws<ArgumentException>(() => BorderSaliency.Of(world.Map(), world.Grid, walks: 0));
        var broken = world.Map() * float.NaN;
        Assert.Throws<ArgumentException>(
            () => new BorderLocator(new BorderLocating())
                .Find(new CellMap(world.Grid, broken, BorderSaliency.Of(broken, world.Grid, walks: 3)), world.Picture()));
    }

    public void Dispose() => scope.Dispose();
}
