using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Attention;

public sealed class SelfAttentionMapTests : IDisposable
{
    readonly IDisposable scope = NewDisposeScope();

    [Fact]
    public void LayersOfFullResolution_AreAveraged()
    {
        var grid = new Grid { Width = 3, Height = 2 };
        var (first, second) = (Attention(grid, 1), Attention(grid, 2));
        using var map = new SelfAttentionMap(grid);
        map.Add(first, grid);
        map.Add(second, grid);
        Assert.True(map.Mean().allclose((first + second) / 2, atol: 1e-6));
    }

    [Theory]
    [InlineData(4, 6, 2, 3)]
    [InlineData(6, 4, 3, 2)]
    [InlineData(5, 7, 3, 4)] // halves of odd sizes are rounded up
    public void Queries_AreRepeated_AndKeysKeepTheirMassPerCell(int height, int width, int rows, int columns)
    {
        var (grid, layer) = (new Grid { Width = width, Height = height }, new Grid { Width = columns, Height = rows });
        using var map = new SelfAttentionMap(grid);
        map.Add(Attention(layer, 3), layer);
        var mean = map.Mean().view(height, width, height * width);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (firstY, firstX) = (FirstOfSameSource(y, rows, height), FirstOfSameSource(x, columns, width));
                Assert.True(mean[y, x].allclose(mean[firstY, firstX], 0, 0));
            }
        }
        if (height % rows == 0 && width % columns == 0)
            Assert.True(mean.sum([2L]).allclose(full([height, width], (double)grid.Cells / layer.Cells), rtol: 1e-5));
    }

    [Fact]
    public void AConstantLayer_StaysConstant_AndLayersWeighAsTheirResolution()
    {
        var (grid, layer) = (Grid.Square(4), Grid.Square(2));
        using var map = new SelfAttentionMap(grid);
        map.Add(ones(16, 16), grid);       // weight 1
        map.Add(ones(4, 4) * 4, layer);    // weight 1/2
        Assert.True(map.Mean().allclose(full([16, 16], (1 + 0.5 * 4) / 1.5), atol: 1e-6));
    }

    [Fact]
    public void NormalizedRows_SumToOne_AndRowsOfZerosStay()
    {
        var rows = SelfAttentionMap.NormalizeRows(tensor(new float[,] { { 1, 3 }, { 0, 0 }, { 5, 0 } }));
        Assert.Equal([0.25f, 0.75f, 0, 0, 1, 0], rows.data<float>().ToArray());
    }

    [Fact]
    public void LayersThatDoNotFit_AreRefused()
    {
        using var map = new SelfAttentionMap(Grid.Square(4));
        Assert.Throws<InvalidOperationException>(() => map.Mean());
        Assert.Throws<ArgumentException>(() => map.Add(ones(9, 9), Grid.Square(2)));
        Assert.Throws<ArgumentException>(() => map.Add(ones(1, 4, 4), Grid.Square(2)));
        Assert.Throws<ArgumentException>(() => map.Add(ones(64, 64), Grid.Square(8)));
    }

    public void Dispose() => scope.Dispose();

    static int FirstOfSameSource(int position, int coarse, int fine)
        => Enumerable.Range(0, position + 1).First(other => other * coarse / fine == position * coarse / fine);

    static Tensor Attention(Grid grid, int seed)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, grid.Cells * grid.Cells).Select(_ => random.NextSingle())];
        return SelfAttentionMap.NormalizeRows(tensor(values, [grid.Cells, grid.Cells]));
    }
}
