using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Attention;

public sealed class SaliencyMapTests : IDisposable
{
    readonly IDisposable scope = NewDisposeScope();

    [Fact]
    public void Saliency_RunsFromZeroToOne_OnTheNewGrid()
    {
        var saliency = SaliencyMap.Of(tensor(new float[,] { { 3, 5 }, { 7, 9 } }), new Grid { Width = 6, Height = 4 });
        Assert.Equal((24, 0, 1), (saliency.Length, saliency.Min(), saliency.Max()));
        Assert.Equal((0, 1), (saliency[0], saliency[^1]));
        // Half a cell right of the first centre: 3 + 2 * (1/6) of the way; rows add nothing at the upper edge.
        Assert.Equal(2 * (1.5 / 3 - 0.5 + 1.0 / 3) / 2 / 3, saliency[2], 1e-6);
    }

    [Fact]
    public void AConstantMap_IsSalientNowhere()
    {
        var saliency = SaliencyMap.Of(full([2, 2], 0.3), Grid.Square(4));
        Assert.All(saliency, value => Assert.Equal(0, value));
        Assert.Equal([0, 0], SaliencyMap.Scores(saliency, [.. Enumerable.Range(0, 16).Select(cell => cell % 2)], 2));
    }

    [Fact]
    public void Scores_AreMeansOverTheMeanOfAll()
    {
        // Mean of all 1; cluster 0 has mean 1.5, cluster 1 has 0.5 and cluster 2 no cells.
        Assert.Equal([1.5, 0.5, 0], SaliencyMap.Scores([1, 2, 0.5f, 0.5f], [0, 0, 1, -1], 3));
    }

    [Fact]
    public void MapsThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => SaliencyMap.Of(ones(4), Grid.Square(2)));
        Assert.Throws<ArgumentException>(() => SaliencyMap.Of(tensor(new float[,] { { 1, float.NaN } }), Grid.Square(2)));
        Assert.Throws<ArgumentException>(() => SaliencyMap.Scores([1, 2], [0], 1));
    }

    public void Dispose() => scope.Dispose();
}
