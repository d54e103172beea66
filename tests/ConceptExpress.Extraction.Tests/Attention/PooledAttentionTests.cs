using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Attention;

public sealed class PooledAttentionTests : IDisposable
{
    readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory, InlineData(64, 64, 24, 24, 24), InlineData(96, 48, 24, 24, 12), InlineData(20, 12, 24, 20, 12), InlineData(100, 3, 24, 24, 1)]
    public void TheLongerSide_HasAtMostSoManyCells_AndProportionsStay(int width, int height, int cells, int toWidth, int toHeight) =>
        Assert.Equal(new Grid { Width = toWidth, Height = toHeight },
            PooledAttention.GridOf(new Grid { Width = width, Height = height }, cells));

    [Fact]
    public void WholeCells_AreAveraged_AndWhatTheyReceiveIsAdded()
    {
        var map = rand(36, 36);
        map /= map.sum(1, keepdim: true);
        var pooled = PooledAttention.Of(map, Grid.Square(6), Grid.Square(3));
        // (y, in, x, in) of queries and of keys
        var expected = map.view(3, 2, 3, 2, 3, 2, 3, 2).mean([1L, 3L]).sum([3L, 5L]).view(9, 9);
        Assert.True((pooled - expected).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void PartsOfCells_CountByTheirArea_AndRowsSumToOne()
    {
        var even = ones(25, 25) / 25;
        var pooled = PooledAttention.Of(even, Grid.Square(5), Grid.Square(2));
        Assert.True((pooled - 0.25).abs().max().item<float>() < 1e-6);
        var map = rand(35, 35);
        var other = PooledAttention.Of(map / map.sum(1, keepdim: true), new Grid { Width = 7, Height = 5 },
            new Grid { Width = 3, Height = 2 });
        Assert.True((other.sum(1) - 1).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void AMapOfAnotherGrid_IsRefused() =>
        Assert.Throws<ArgumentException>(() => PooledAttention.Of(ones(4, 4), Grid.Square(6), Grid.Square(3)));
}
