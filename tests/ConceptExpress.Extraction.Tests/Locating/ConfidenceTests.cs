using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>How sure a locator is of a concept.</summary>
public sealed class ConfidenceTests : IDisposable
{
    static readonly PatchWorld world = new(
        "........",
        "..aaaa..",
        "..aaaa..",
        "..aaaa..",
        "........");

    static readonly CutMargins clear = new(double.PositiveInfinity, double.PositiveInfinity);

    readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void ACutThatWasNearlyDecidedOtherwise_MakesUnsure()
    {
        var (map, thing) = (world.SeenFromTheBorder(), world.Mask('a'));
        var sure = Confidence.Of(map, thing, clear);
        Assert.InRange(sure, 0.7, 1);
        Assert.True(Confidence.Of(map, thing, clear with { Left = 0.3 }) < sure);
        Assert.True(Confidence.Of(map, thing, clear with { Left = 0.05 }) < Confidence.Of(map, thing, clear with { Left = 0.3 }));
        Assert.True(Confidence.Of(map, thing, clear with { Made = 0.05 }) < Confidence.Of(map, thing, clear with { Made = 0.3 }));
        Assert.InRange(Confidence.Of(map, thing, new CutMargins(-5, -5)), 0.0001, 0.1); // cuts that were required at any cost
    }

    [Fact]
    public void ARegionLikeAnyOther_IsLessSureThanAThing()
    {
        var map = world.SeenFromTheBorder();
        bool[] ground = [.. Enumerable.Range(0, world.Grid.Cells).Select(cell => cell % 8 < 3)]; // cuts through the thing
        Assert.True(Confidence.Of(map, ground, clear) < Confidence.Of(map, world.Mask('a'), clear));
    }

    [Fact]
    public void EveryLocatedConcept_HasOne_AndGivenMasksHaveNone()
    {
        var map = world.SeenFromTheBorder();
        Assert.InRange(Assert.Single(new BorderLocator(new BorderLocating()).Find(map, world.Picture())).Confidence!.Value, 0.5, 1);
        Assert.Null(MaskedConcepts.Of([new GridMask(world.Grid, world.Mask('a'))], map)[0].Confidence);
    }
}
