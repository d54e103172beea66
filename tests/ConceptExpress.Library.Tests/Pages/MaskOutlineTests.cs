using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Pages;
using FsCheck.Xunit;

namespace ConceptExpress.Library.Tests.Pages;

public sealed class MaskOutlineTests
{
    /// <summary>A ray from a cell's middle crosses the outline an odd number of times exactly if the cell is set.</summary>
    [Property]
    public void AnOutline_EnclosesTheCellsOfItsMask(ulong pattern, byte width)
    {
        var grid = new Grid { Width = 1 + width % 9, Height = 6 };
        var mask = new Mask(new PixelSize { Width = grid.Width, Height = grid.Height },
            [.. Enumerable.Range(0, grid.Cells).Select(cell => (pattern >> cell & 1) == 1)]);
        var edges = MaskOutline.Loops(mask).SelectMany(loop => loop.Zip(loop.Skip(1).Append(loop[0]))).ToList();
        for (var y = 0; y < grid.Height; y++)
            for (var x = 0; x < grid.Width; x++)
            {
                var crossed = edges.Count(edge => edge.First.X == edge.Second.X && edge.First.X > x
                    && Math.Min(edge.First.Y, edge.Second.Y) <= y && Math.Max(edge.First.Y, edge.Second.Y) > y);
                Assert.Equal(mask[x, y], crossed % 2 == 1);
            }
    }

    [Fact]
    public void AnOutline_IsInPixels_AndItsMiddleIsInTheMask()
    {
        bool[] cells = [false, true, true, false, true, true];
        var concept = new LocatedConcept(new GridMask(new Grid { Width = 3, Height = 2 }, cells), 1, []);
        var outline = MaskOutline.Of(concept, new PixelSize { Width = 30, Height = 50 });
        Assert.Equal((10.0, 0.0, 30.0, 50.0), outline.Box);
        Assert.InRange(outline.Center.X, 10, 30);
        Assert.Equal("M10 0L30 0L30 50L10 50Z", outline.Path);
    }

    [Fact]
    public void AnOutline_FollowsPixels_WhereTheyAreKnown()
    {
        var size = new PixelSize { Width = 4000, Height = 2000 };
        var fine = new Mask(size, [.. Enumerable.Range(0, 4000 * 2000).Select(pixel => pixel % 4000 < 1000)]);
        var concept = new LocatedConcept(new GridMask(Grid.Square(2), [true, false, true, false]), 1, []) { FineMask = fine };
        Assert.Equal("M0 0L1000 0L1000 2000L0 2000Z", MaskOutline.Of(concept, size).Path);
    }

    [Fact]
    public void TheShareInside_IsThatOfTheAttention()
    {
        var mask = new GridMask(Grid.Square(4), [.. Enumerable.Range(0, 16).Select(cell => cell % 4 < 2)]);
        Assert.Equal(0.75, ConceptCard.ShareInside(new AttentionMap(Grid.Square(2), [3, 1, 3, 1]), mask), 1e-9);
        Assert.Equal(0, ConceptCard.ShareInside(new AttentionMap(Grid.Square(2), new float[4]), mask));
    }

    [Property]
    public void RoundNumbers_AreInTheirRange(short from, byte span, byte digits)
    {
        var unit = Math.Pow(10, digits % 5 - 2);
        var (low, high) = (from * unit, (from + 1 + span) * unit);
        var ticks = LossFigurePanel.Round(low, high, 5).ToList();
        Assert.InRange(ticks.Count, 1, 7);
        Assert.All(ticks, tick => Assert.InRange(tick, low - 1e-6 * unit, high + 1e-6 * unit));
    }

    [Fact]
    public void ThinnedCurves_KeepTheirPeaks()
    {
        var points = Enumerable.Range(0, 10_000).Select(i => (i, i == 5_003 ? 99.0 : i == 7_777 ? -5 : 1)).ToList();
        var thinned = LossFigurePanel.Thinned(points).ToList();
        Assert.InRange(thinned.Count, 100, 700);
        Assert.Contains((5_003, 99.0), thinned);
        Assert.Contains((7_777, -5.0), thinned);
        Assert.Equal(thinned.OrderBy(point => point.Step), thinned);
    }
}
