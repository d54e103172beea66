using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests;

/// <summary>The guided filter with a picture in colour.</summary>
public sealed class GuidedFilterTests : IDisposable
{
    readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static Tensor Noise(long seed, params long[] shape) => rand(shape, generator: new Generator((ulong)seed));

    /// <summary>Against the definition: at every pixel, the least squares fit of the map by the colours in its square.</summary>
    [Fact]
    public void Functions_AreTheMeanOfTheBestFitsAround()
    {
        const int Side = 7, Radius = 1;
        const double Epsilon = 0.01;
        var (picture, map) = (Noise(1, 3, Side, Side), Noise(2, 1, Side, Side));
        var fits = zeros(4, Side, Side, dtype: float64);
        IEnumerable<(int Y, int X)> Around(int y, int x) =>
            from v in Enumerable.Range(y - Radius, 2 * Radius + 1)
            from u in Enumerable.Range(x - Radius, 2 * Radius + 1)
            where v >= 0 && v < Side && u >= 0 && u < Side
            select (v, u);
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var near = Around(y, x).ToList();
                var colors = stack(near.Select(at => picture[.., at.Y, at.X])).to(float64); // (n,3)
                var values = stack(near.Select(at => map[0, at.Y, at.X])).to(float64);
                var (mean, value) = (colors.mean([0L]), values.mean());
                var spread = (colors - mean).t().mm(colors - mean) / near.Count + Epsilon * eye(3, dtype: float64);
                var weights = linalg.solve(spread, ((colors - mean).t() * (values - value)).mean([1L]).unsqueeze(1)).squeeze(1);
                fits[.., y, x] = cat([weights, (value - weights.dot(mean)).unsqueeze(0)]);
            }
        var functions = GuidedFilter.Fit(picture, map, Radius, Epsilon);
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var mean = stack(Around(y, x).Select(at => fits[.., at.Y, at.X])).mean([0L]);
                Assert.True((functions[0, .., y, x].to(float64) - mean).abs().max().item<double>() < 1e-4);
            }
    }

    [Fact]
    public void AFlatPicture_GivesTheMeanAround()
    {
        var map = Noise(3, 2, 9, 9);
        var flat = full([3, 9, 9], 0.5f);
        var filtered = GuidedFilter.Apply(GuidedFilter.Fit(flat, map, radius: 20, epsilon: 1e-3), flat);
        Assert.True((filtered - map.mean([1L, 2L], keepdim: true)).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Functions_MayBeUsedAtAnotherSize()
    {
        var functions = GuidedFilter.Fit(Noise(4, 3, 8, 8), Noise(5, 2, 8, 8), radius: 2, epsilon: 1e-3);
        Assert.Equal([2L, 30, 20], GuidedFilter.Apply(functions, Noise(6, 3, 30, 20)).shape);
    }
}
