using ConceptExpress.Extraction.Locating;
using FsCheck.Xunit;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class ConnectedRegionsTests
{
    [Property]
    public void Regions_PartitionTheMask(int seed)
    {
        var (mask, grid) = Mask(new Random(seed));
        var regions = ConnectedRegions.Of(mask, grid);
        Assert.Equal(mask, regions.Labels.Select(label => label >= 0));
        Assert.Equal(Enumerable.Range(0, regions.Count), regions.Labels.Where(label => label >= 0).Distinct());
        Assert.Equal(mask.Count(inside => inside), regions.Areas().Sum());
        Assert.Equal(regions.Areas(), Enumerable.Range(0, regions.Count).Select(region => regions.Mask(region).Count(inside => inside)));
    }

    [Property]
    public void Regions_AreConnected_AndTouchNoOther(int seed)
    {
        var (mask, grid) = Mask(new Random(seed));
        var regions = ConnectedRegions.Of(mask, grid);
        Assert.DoesNotContain(true, ConnectedRegions.Touching(regions.Labels, regions.Count, grid));
        for (var region = 0; region < regions.Count; region++) Assert.Equal(1, ConnectedRegions.Of(regions.Mask(region), grid).Count);
    }

    [Property]
    public void TouchingInOneScan_IsTouchingPairByPair(int seed)
    {
        var random = new Random(seed);
        var grid = Grid.Square(random.Next(1, 8));
        const int Count = 4;
        int[] labels = [.. Enumerable.Range(0, grid.Cells).Select(_ => random.Next(-2, Count))];
        var touching = ConnectedRegions.Touching(labels, Count, grid);
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < Count; j++)
            {
                if (i == j) continue;
                var (first, second) = (Array.ConvertAll(labels, label => label == i), Array.ConvertAll(labels, label => label == j));
                Assert.Equal(ConnectedRegions.Touch(first, second, grid), touching[i * Count + j]);
            }
        }
    }

    [Fact]
    public void Corners_DoNotConnect_NorDoesTheEndOfARowWithTheNext()
    {
        bool[] mask = [true, false, true,
                       false, true, false,
                       false, false, true,
                       true, false, false];
        Assert.Equal(5, ConnectedRegions.Of(mask, new Grid { Width = 3, Height = 4 }).Count);
    }

    [Fact]
    public void ASpiral_IsOneRegion()
    {
        string[] rows = ["#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######"];
        bool[] mask = [.. rows.SelectMany(row => row).Select(cell => cell == '#')];
        Assert.Equal(1, ConnectedRegions.Of(mask, Grid.Square(7)).Count);
    }

    [Fact]
    public void MasksOfAnotherSize_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => ConnectedRegions.Of(new bool[5], new Grid { Width = 3, Height = 2 }));
        Assert.Throws<ArgumentException>(() => ConnectedRegions.Touching(new int[7], 1, new Grid { Width = 3, Height = 2 }));
    }

    static (bool[] Mask, Grid Grid) Mask(Random random)
    {
        var grid = Grid.Square(random.Next(1, 12));
        var density = random.NextDouble();
        return ([.. Enumerable.Range(0, grid.Cells).Select(_ => random.NextDouble() < density)], grid);
    }
}
