using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>The vectors that order a region's cells for the normalized cut.</summary>
public sealed class NeighborGraphTests : IDisposable
{
    readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    // Two discs of different sizes that touch; 4-neighbors.
    static NeighborGraph TwoDiscs(int side)
    {
        bool Inside(int x, int y) => double.Hypot(x - 0.3 * side, y - 0.35 * side) < 0.24 * side
            || double.Hypot(x - 0.68 * side, y - 0.6 * side) < 0.25 * side;
        var place = new Dictionary<(int X, int Y), int>();
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
                if (Inside(x, y)) place[(x, y)] = place.Count;
        var edges = place.SelectMany(cell => new[] { (cell.Key.X + 1, cell.Key.Y), (cell.Key.X, cell.Key.Y + 1) }
            .Where(place.ContainsKey).Select(next => (cell.Value, place[next]))).ToList();
        return new NeighborGraph(place.Count, edges);
    }

    static double Likeness(double[] one, double[] other)
    {
        var (a, b) = (tensor(one), tensor(other));
        return (a.dot(b) / a.norm() / b.norm()).abs().item<double>();
    }

    [Theory, InlineData(10), InlineData(20), InlineData(32)]
    public void ByIteration_VectorsAreThoseOfTheWholeDecomposition(int side)
    {
        var graph = TwoDiscs(side);
        var (direct, iterated) = (graph.Direct(2), graph.Iterated(2));
        Assert.All(direct.Zip(iterated), pair => Assert.True(Likeness(pair.First, pair.Second) > 1 - 1e-6));
    }

    [Fact]
    public void ThePathOfThreeCells_HasItsKnownVectors()
    {
        var graph = new NeighborGraph(3, [(0, 1), (1, 2)]);
        Assert.Equal([1, 2, 1], graph.Degrees);
        foreach (var vectors in new[] { graph.Direct(2), graph.Iterated(2) })
        {
            Assert.True(Likeness(vectors[0], [1, 0, -1]) > 1 - 1e-9);
            Assert.True(Likeness(vectors[1], [1, -1, 1]) > 1 - 1e-9);
        }
    }

    /// <summary>On 64x64 cells, the first vector tells the two discs apart.</summary>
    [Fact]
    public void ALargeRegion_IsOrderedByItsTwoParts()
    {
        var graph = TwoDiscs(64);
        var vector = graph.Vectors(1)[0];
        Assert.True(vector.Length > 24 * 24);
        Assert.True(Math.Sign(vector[0]) != Math.Sign(vector[^1]));
        var residual = graph.Iterated(1)[0];
        Assert.Equal(vector, residual); // the same at every call
    }
}
