using ConceptExpress.Imaging;
using FsCheck;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests;

public sealed class GridTests
{
    static int Side(PositiveInt value) => value.Get % 12 + 1;

    [Fact]
    public void AGrid_IsThatOfAMapsLastTwoDimensions_HeightFirst()
    {
        using var maps = zeros(7, 3, 5);
        Assert.Equal(new Grid { Width = 5, Height = 3 }, Grid.Of(maps));
        Assert.Equal(("5x3", 15), (Grid.Of(maps).ToString(), Grid.Of(maps).Cells));
        Assert.Equal(new Grid { Width = 4, Height = 4 }, Grid.Square(4));
    }

    [Fact]
    public void AListThatDoesNotCoverTheGrid_IsRefused()
    {
        var grid = new Grid { Width = 2, Height = 3 };
        grid.RequireCells(6, "the map");
        Assert.Contains("the map", Assert.Throws<ArgumentException>(() => grid.RequireCells(5, "the map")).Message);
        Assert.Throws<ArgumentException>(() => new Grid { Width = 0, Height = 3 }.RequireCells(0, "the map"));
    }

    [Fact]
    public void AGridMask_IsIndexedByColumnThenRow()
    {
        var mask = new GridMask(new Grid { Width = 3, Height = 2 }, [false, false, true, false, false, false]);
        Assert.True(mask[2, 0]);
        Assert.False(mask[0, 1]);
        Assert.Equal((1, 1.0 / 6), (mask.Area, mask.Coverage));
    }

    [Fact]
    public void ACell_BelongsToTheThing_WhenHalfOfItsPixelsDo()
    {
        var (size, grid) = (PixelSize.Square(4), Grid.Square(2));
        var mask = new Mask(size, [.. "##..#...#..##...".Select(pixel => pixel == '#')]); // quarters of 3, 0, 2 and 1 pixels
        Assert.Equal([true, false, true, false], GridMask.Of(mask, grid).Cells);
        var dot = new Mask(size, [.. Enumerable.Range(0, 16).Select(i => i == 7)]);
        Assert.Equal([false, true, false, false], GridMask.Of(dot, grid).Cells);
        Assert.Equal(4, GridMask.Of(dot, Grid.Square(8)).Area);
        Assert.Throws<ArgumentException>(() => GridMask.Of(new Mask(PixelSize.Square(1), [false]), grid));
    }

    [Fact]
    public void APictureThatIsNotSquare_IsSquashedToTheGrid()
    {
        var left = new Mask(new PixelSize { Width = 8, Height = 2 }, [.. Enumerable.Range(0, 16).Select(i => i % 8 < 4)]);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => i % 4 < 2), GridMask.Of(left, Grid.Square(4)).Cells);
    }

    [Property(MaxTest = 50)]
    public void AMaskOfCells_ComesBackFromItsPixelsTheSame(PositiveInt width, PositiveInt height, PositiveInt times, int seed)
    {
        var (random, scale) = (new System.Random(seed), times.Get % 4 + 1);
        var grid = new Grid { Width = Side(width), Height = Side(height) };
        var cells = Enumerable.Range(0, grid.Cells).Select(_ => random.Next(2) == 1).ToArray();
        cells[random.Next(cells.Length)] = true;
        var mask = new GridMask(grid, cells).ToMask(new PixelSize { Width = scale * grid.Width, Height = scale * grid.Height });
        Assert.Equal(scale * scale * cells.Count(cell => cell), mask.Area);
        Assert.Equal(cells, GridMask.Of(mask, grid).Cells);
    }

    [Property(MaxTest = 50)]
    public void APixel_TakesTheCellThatItsCentreLiesIn(PositiveInt width, PositiveInt height, PositiveInt columns, PositiveInt rows,
        int seed)
    {
        var random = new System.Random(seed);
        var grid = new Grid { Width = Side(columns), Height = Side(rows) };
        var mask = new GridMask(grid, [.. Enumerable.Range(0, grid.Cells).Select(_ => random.Next(2) == 1)]);
        var pixels = mask.ToMask(new PixelSize { Width = 3 * Side(width), Height = 3 * Side(height) });
        for (var y = 0; y < pixels.Height; y++)
            for (var x = 0; x < pixels.Width; x++)
                Assert.Equal(mask[(int)((x + 0.5m) * grid.Width / pixels.Width), (int)((y + 0.5m) * grid.Height / pixels.Height)],
                    pixels[x, y]);
    }
}
