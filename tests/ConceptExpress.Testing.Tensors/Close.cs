using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Testing;

/// <summary>Comparison of tensors with the golden suite's tolerances.</summary>
public static class Close
{
    /// <summary>Every element within <paramref name="share"/> of the golden tensor's standard deviation, plus one unit in the last place of half precision where that is how the golden is stored.</summary>
    public static void OfDeviation(Tensor golden, Tensor actual, double share, string what)
    {
        using var scope = NewDisposeScope();
        var expected = golden.to(float64);
        var allowed = expected.std().item<double>() * share;
        var limit = golden.dtype == ScalarType.Float16 ? allowed + Ulp(expected) : expected.abs() * 0 + allowed;
        Within(expected, actual, limit, what);
    }

    /// <summary>
    /// Attention weights: as <see cref="OfDeviation"/>, and within a share of each weight itself. An error d of a logit changes its weight by the
    /// share d, and single-precision logits of size 100 carry errors of 1e-4: the golden weights are that far from exact arithmetic themselves.
    /// </summary>
    public static void OfWeights(Tensor golden, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        var expected = golden.to(float64);
        var limit = expected.abs() * 5e-4 + expected.std().item<double>() * 1e-4;
        Within(expected, actual, golden.dtype == ScalarType.Float16 ? limit + Ulp(expected) : limit, what);
    }

    /// <summary>Every element within an absolute limit.</summary>
    public static void Absolutely(Tensor golden, Tensor actual, double limit, string what)
    {
        using var scope = NewDisposeScope();
        var expected = golden.to(float64);
        Within(expected, actual, expected.abs() * 0 + limit, what);
    }

    /// <summary>The length of the difference within a share of the golden tensor's length.</summary>
    public static void InLength(Tensor golden, Tensor actual, double share, string what, double floor = 0)
    {
        Xunit.Assert.Equal(golden.numel(), actual.numel()); // or one would be repeated to fit the other
        using var scope = NewDisposeScope();
        var (expected, found) = (golden.to(float64), actual.detach().cpu().to(float64));
        var difference = (expected - found).norm().item<double>();
        var allowed = expected.norm().item<double>() * share + floor;
        Xunit.Assert.True(difference <= allowed, $"{what}: differs by {difference:g4} in length, allowed {allowed:g4}");
    }

    static void Within(Tensor expected, Tensor actual, Tensor limit, string what)
    {
        Xunit.Assert.Equal(expected.shape, actual.shape);
        var difference = (expected - actual.detach().cpu().to(float64)).abs();
        var excess = (difference - limit).max().item<double>();
        Xunit.Assert.True(excess <= 0, $"{what}: largest difference {difference.max().item<double>():g4}, {excess:g4} more than allowed");
    }

    // Spacing of half-precision numbers around each value.
    static Tensor Ulp(Tensor values) => values.abs().clamp(min: 6.1e-5).log2().floor().exp2() / 1024;
}
