using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class CrossingTests : IDisposable
{
    readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void WhereAttentionDoesNotKnowTheOutline_ItIsOne()
    {
        var even = ones(6, 6) / 6;
        Assert.Equal([1.0, 1.0], Crossing.Of(even, [true, true, false, false, false, false], [true, false, true, true, true, true])
            .Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void TwoBlocks_AreCrossedByWhatTheyGiveEachOther_SeenFromBoth()
    {
        // The first two cells give a quarter to the others, the last three half to the first two: symmetric flows of (.5 + 1.5) / 2 = 1.
        var attention = tensor(new[]
        {
            0.75f, 0, 0.25f, 0, 0, 0, 0.75f, 0, 0.25f, 0, 0.5f, 0, 0.5f, 0, 0, 0, 0.5f, 0, 0.5f, 0, 0.5f, 0, 0, 0, 0.5f,
        }, [5, 5]);
        Assert.Equal(1 / (1.5 + 1) + 1 / (1.5 + 1), Crossing.Of(attention, [true, true, false, false, false])[0], 1e-9);
        Assert.Equal(0, Crossing.Of(eye(5), [true, true, false, false, false])[0], 1e-9);
    }
}
