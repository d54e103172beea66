using ConceptExpress.Extraction.Attention;
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
        NormalizedCut.Split(regions, Likeness(world.Map(), world.Grid, null), world.Grid, Rules(most, leastArea, fewest));

    static CellLikeness Likeness(Tensor map, Grid grid, CoarserAttention? coarser) =>
        new(map, grid, coarser, new CutSettings().Sharpness, new CutSettings().CoarserSharpness);

    static CutRules Rules(double? most, double leastArea, int fewest = 0) =>
        new(most, MinPart: leastArea, leastArea, new CutSettings().LengthCost, fewest);

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
    public void PartsThatWouldBeTooSmall_AreLeft() => Assert.Equal(1, Split(Things("ab"), most: 0.55, leastArea: 10).Count);

    [Fact]
    public void EveryCell_StaysInARegion()
    {
        var regions = Things("abc");
        foreach (var most in new[] { 0, 0.3, 0.8, 1.5 })
            Assert.Equal(regions.Labels.Select(label => label >= 0), Split(regions, most).Labels.Select(label => label >= 0));
    }

    [Fact]
    public void WhatOnlyCoarserAttentionTellsApart_IsParted()
    {
        // Four rows of eight cells attend to all of these alike; their left and right halves, on a grid of half the side, to themselves.
        var (grid, below) = (Grid.Square(8), Grid.Square(4));
        var region = Enumerable.Range(0, grid.Cells).Select(cell => cell / 8 is >= 2 and < 6).ToArray();
        bool IsLeft(int cell) => cell % 8 < 4;
        var finest = tensor([.. region.Select(inside => inside ? 1f / 32 : 0)]).expand(grid.Cells, grid.Cells);
        var coarser =
            new CoarserAttention(
            tensor([.. from row in Enumerable.Range(0, 16) from column in Enumerable.Range(0, 16) select row % 4 / 2 == column % 4 / 2
            ? 1f / 8 : 0], [16, 16]), below);
        RegionMap Parted(CoarserAttention? attention) =>
            NormalizedCut.Split(ConnectedRegions.Of(region, grid), Likeness(finest, grid, attention), grid, Rules(0.55, leastArea: 4));
        Assert.Equal(1, Parted(null).Count);
        var parts = Parted(coarser);
        Assert.Equal(2, parts.Count);
        Assert.Contains(Key([.. region.Select((inside, cell) => inside && IsLeft(cell))]), Enumerable.Range(0, 2)
            .Select(part => Key(parts.Mask(part))));
    }

    static string Key(bool[] mask) => string.Concat(mask.Select(inside => inside ? '1' : '0'));

    public void Dispose() => scope.Dispose();
}
