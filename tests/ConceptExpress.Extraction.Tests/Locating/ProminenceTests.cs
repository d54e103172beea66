using ConceptExpress.Extraction.Locating;
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

    [Fact]
    public void AThing_StandsOut_AndThePlainGroundItLiesOnDoesNot()
    {
        var plain = new PatchWorld([.. Enumerable.Repeat("........", 7)]);
        Assert.True(Prominence.Of(thing.SeenFromTheBorder(), minArea: 1) > 2 * Prominence.Of(plain.SeenFromTheBorder(), minArea: 1));
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
        Assert.True(Prominence.Of(large.SeenFromTheBorder(), minArea: 1) > new BorderLocating().MinProminence);
    }

    [Fact]
    public void WhereEveryCellIsLikeTheOthers_NothingStandsOut()
    {
        var grid = new Grid { Width = 6, Height = 5 };
        var even = ones(grid.Cells, grid.Cells) / grid.Cells;
        Assert.Equal(0, Prominence.Of(new CellMap(grid, even, BorderSaliency.Of(even, grid, walks: 3)), minArea: 1));
    }

    [Fact]
    public void RegionsThatAreTooSmall_DoNotCount()
    {
        Assert.True(Prominence.Of(thing.SeenFromTheBorder(), minArea: 12) > 0);
        Assert.Equal(0, Prominence.Of(thing.SeenFromTheBorder(), minArea: 13));
    }
}
