using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class NormalizedCutTests : IDisposable
{
    static readonly PatchWorld world = new(
        "..............",
        "..aaaabbb.....",
        "..aaaabbb.....",
        "..aaaabbb.....",
        "..........ccc.",
        ".........cccc.",
        "..............");

    readonly IDisposable scope = NewDisposeScope();

    static RegionMap Things(string letters) => ConnectedRegions.Of([.. world.Saliency(letters).Select(value => value == 1)], world.Grid);

    static RegionMap Split(RegionMap regions, double most, double leastArea = 4, int fewest = 0) => 
        NormalizedCut.Split(regions, new CellLikeness(world.Map(), world.Grid, null), world.Grid, new CutRules(most, LeastPart: leastArea, leastArea, fewest));

    [Fact]
    public void ThingsThatTouch_AreParted_AlongTheirBorder()
    {
        var parted = Split(Things("abc"), most: 0.55);
        Assert.Equal(3, parted.Count);
        Assert.Equal(new[] { 'a', 'b', 'c' }.Select(letter => Key(world.Mask(letter))).Order(), Enumerable.Range(0, 3).Select(region => Key(parted.Mask(region))).Order());
    }

    [Fact]
    public void AThing_StaysWhole_AndNothingIsParted_WhereNoCutIsAllowed()
    {
        Assert.Equal(1, Split(Things("a"), most: 0.55).Count);
        Assert.Equal(2, Split(Things("abc"), most: 0).Count);
    }

    [Fact]
    public void WhereMoreAreAskedFor_TheCheapestCutIsMade_HoweverDear_UntilThereAreEnough()
    {
        var parted = Split(Things("abc"), most: 0, fewest: 3);
        Assert.Equal(new[] { 'a', 'b', 'c' }.Select(letter => Key(world.Mask(letter))).Order(), Enumerable.Range(0, 3).Select(region => Key(parted.Mask(region))).Order());
        Assert.Equal(4, Split(Things("abc"), most: 0, fewest: 4).Count);
        Assert.Equal(2, Split(Things("abc"), most: 0, fewest: 2).Count);
        // No part may have fewer than six of the 28 cells.
        Assert.InRange(Split(Things("abc"), most: 0, fewest: 100, leastArea: 6).Count, 3, 4);
    }

    [Fact]
    public void PartsThatWouldBeTooSmall_AreLeft() => Assert.Equal(1, Split(Things("ab"), most: 0.55, leastArea: 10).Count);

    [Fact]
    public void EveryCell_StaysInARegion()
    {
        var regions = Things("abc");
        foreach (var most in new[] { 0.3, 0.8, 1.5 })
            Assert.Equal(regions.Labels.Select(label => label >= 0), Split(regions, most).Labels.Select(label => label >= 0));
    }

    static string Key(bool[] mask) => string.Concat(mask.Select(inside => inside ? '1' : '0'));

    public void Dispose() => scope.Dispose();
}
