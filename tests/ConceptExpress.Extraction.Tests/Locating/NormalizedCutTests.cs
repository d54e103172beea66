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

    static RegionMap Split(RegionMap regions, double? most, double leastArea = 4, int fewest = 0) =>
        NormalizedCut.Split(regions, world.Map(), world.Grid, Rules(most, leastArea, fewest)).Regions;

    static CutRules Rules(double? most, double leastArea, int fewest = 0, double leastShare = 0) =>
        new(most, MinPart: leastArea, leastShare, leastArea, LengthCost: 0.2, MinRegions: fewest);

    [Fact]
    public void ThingsThatTouch_AreParted_AlongTheirBorder()
    {
        var parted = Split(Things("abc"), most: 0.55);
        Assert.Equal(3, parted.Count);
        Assert.Equal(new[] { 'a', 'b', 'c' }.Select(letter => Key(world.Mask(letter))).Order(), Enumerable.Range(0, 3)
            .Select(region => Key(parted.Mask(region))).Order());
    }

    [Fact]
    public void AThing_StaysWhole_AndNothingIsParted_WhereNoCutIsAllowed()
    {
        Assert.Equal(1, Split(Things("a"), most: 0.55).Count);
        Assert.Equal(2, Split(Things("abc"), most: null).Count);
    }

    [Fact]
    public void WhereMoreAreAskedFor_TheCheapestCutIsMade_HoweverDear_UntilThereAreEnough()
    {
        var parted = Split(Things("abc"), most: null, fewest: 3);
        Assert.Equal(new[] { 'a', 'b', 'c' }.Select(letter => Key(world.Mask(letter))).Order(), Enumerable.Range(0, 3)
            .Select(region => Key(parted.Mask(region))).Order());
        Assert.Equal(4, Split(Things("abc"), most: null, fewest: 4).Count);
        Assert.Equal(2, Split(Things("abc"), most: null, fewest: 2).Count);
        // No part may have fewer than six of the 28 cells.
        Assert.InRange(Split(Things("abc"), most: null, fewest: 100, leastArea: 6).Count, 3, 4);
    }

    [Fact]
    public void PartsThatWouldBeTooSmall_AreLeft() => Assert.Equal(1, Split(Things("ab"), most: 0.55, leastArea: 11).Count);

    [Fact]
    public void EveryCell_StaysInARegion()
    {
        var regions = Things("abc");
        foreach (var most in new[] { 0, 0.3, 0.8, 1.5 })
            Assert.Equal(regions.Labels.Select(label => label >= 0), Split(regions, most).Labels.Select(label => label >= 0));
    }

    [Fact]
    public void TwoDiscsThatTouch_ArePartedWhereTheyTouch_IfAttentionKnowsThem_AndOneShapeOfBothIsNot()
    {
        // Two discs of five cells, which touch in three cells: the narrow place is known from the shape alone.
        string[] rows =
        [
            "..............",
            "..aaa...bbb...",
            ".aaaaa.bbbbb..",
            ".aaaaaabbbbbb.",
            ".aaaaa.bbbbb..",
            "..aaa...bbb...",
            "..............",
        ];
        var two = new PatchWorld(rows);
        var one = new PatchWorld([.. rows.Select(row => row.Replace('b', 'a'))]);
        var region = ConnectedRegions.Of([.. two.Saliency("ab").Select(value => value == 1)], two.Grid);
        RegionMap Parted(PatchWorld seen) => NormalizedCut.Split(region, seen.Map(), two.Grid, Rules(0.5, leastArea: 4)).Regions;
        Assert.Equal(1, Parted(one).Count);
        var parts = Parted(two);
        Assert.Equal(2, parts.Count);
        Assert.Contains(Key(two.Mask('b')), Enumerable.Range(0, 2).Select(part => Key(parts.Mask(part))));
    }

    [Fact]
    public void APartThatIsASmallShareOfItsRegion_StaysWithIt_UnlessMoreAreAskedFor()
    {
        var drawing = new PatchWorld(
            "............",
            ".aaaaaa.....",
            ".aaaaaa.bbb.",
            ".aaaaaabbbb.",
            ".aaaaaa.bbb.",
            ".aaaaaa.....",
            "............");
        var region = ConnectedRegions.Of([.. drawing.Saliency("ab").Select(value => value == 1)], drawing.Grid);
        int Parts(double share, int fewest = 0) =>
            NormalizedCut.Split(region, drawing.Map(), drawing.Grid, Rules(0.2, leastArea: 4, fewest, share)).Regions.Count;
        // 10 of 40 cells
        Assert.Equal(2, Parts(share: 0.2));
        Assert.Equal(1, Parts(share: 0.4));
        Assert.Equal(2, Parts(share: 0.4, fewest: 2));
    }

    static string Key(bool[] mask) => string.Concat(mask.Select(inside => inside ? '1' : '0'));

    public void Dispose() => scope.Dispose();
}
