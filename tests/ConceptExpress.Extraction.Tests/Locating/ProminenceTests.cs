using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>How much anything stands out.</summary>
public sealed class ProminenceTests : IDisposable
{
    static readonly PatchWorld thing = new(
        "........",
        "........",
        "..aaaa..",
        "..aaaa..",
        "..aaaa..",
        "........",
        "........");

    readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static double Of(PatchWorld world, double minArea = 1) => Prominence.Of(world.SeenFromTheBorder(), world.Picture(), minArea);

    [Fact]
    public void AThing_StandsOut_AndThePlainGroundItLiesOnDoesNot()
    {
        var plain = new PatchWorld([.. Enumerable.Repeat("........", 7)]);
        Assert.True(Of(thing) > 2 * Of(plain));
        Assert.True(Of(thing) > new BorderLocating().MinProminence);
    }

    [Fact]
    public void AThingThatFillsMostOfThePicture_StandsOut()
    {
        var large = new PatchWorld(
            "............",
            ".aaaaaaaaaa.",
            ".aaaaaaaaaa.",
            ".aaaaaaaaaa.",
            ".aaaaaaaaaa.",
            ".aaaaaaaaaa.",
            ".aaaaaaaaaa.",
            "............");
        Assert.True(Of(large) > new BorderLocating().MinProminence);
    }

    [Fact]
    public void WhereEveryCellIsLikeTheOthers_NothingStandsOut()
    {
        var grid = new Grid { Width = 6, Height = 5 };
        var even = ones(grid.Cells, grid.Cells) / grid.Cells;
        Assert.Equal(0, Prominence.Of(new CellMap(grid, even, BorderSaliency.Of(even, grid, walks: 3)), thing.Picture(), minArea: 1));
    }

    [Fact]
    public void WhereColoursDoNotChange_NothingStandsOut()
    {
        var grey = new RgbImage(PixelSize.Square(8), [.. Enumerable.Repeat((byte)90, 8 * 8 * 3)]);
        Assert.Equal(0, Prominence.Of(thing.SeenFromTheBorder(), grey, minArea: 1));
    }

    [Fact]
    public void AGradient_DoesNotStandOut_WhereAThingDoes()
    {
        var size = PixelSize.Square(48);
        var gradient = new RgbImage(size, [.. Enumerable.Range(0, 48 * 48 * 3).Select(i => (byte)(40 + i / 3 / 48 * 4))]);
        var inGradient = Prominence.Of(thing.SeenFromTheBorder(), gradient, minArea: 1);
        Assert.True(Of(thing) > 2 * inGradient);
    }

    [Fact]
    public void RegionsThatAreTooSmall_DoNotCount()
    {
        Assert.True(Of(thing, minArea: 12) > 0);
        Assert.Equal(0, Of(thing, minArea: 13));
    }
}
