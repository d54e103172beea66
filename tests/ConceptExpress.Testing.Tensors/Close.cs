using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Testing;

/// <summary>Comparison of tensors with the golden suite's tolerances.</summary>
public static class Close
{
    /// <summary>
    /// Every element within <paramref name="share"/> of the golden tensor's standard deviation, plus one unit in the last place of half
    /// precision where that is how the golden is stored.
    /// </summary>
    public static void OfDeviation(Tensor golden, Tensor actual, double share, string what)
    {
        using var scope = NewDisposeScope();
        var expected = golden.to(float64);
        Within(expected, actual, expected.abs() * 0 + expected.std().item<double>() * share + Storage(golden), what);
    }

    /// <summary>
    /// Attention weights: as <see cref="OfDeviation"/>, and within a share of each weight itself. An error d of a logit changes its weight
    /// by the
    /// share d, and single-precision logits of size 100 carry errors of 1e-4: the golden weights are that far from exact arithmetic
    /// themselves.
    /// </summary>
    public static void OfWeights(Tensor golden, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        var expected = golden.to(float64);
        Within(expected, actual, expected.abs() * 5e-4 + expected.std().item<double>() * 1e-4 + Storage(golden), what);
    }

    /// <summary>Every element within an absolute limit; half precision as for <see cref="OfDeviation"/>.</summary>
    public static void Absolutely(Tensor golden, Tensor actual, double limit, string what)
    {
        using var scope = NewDisposeScope();
        var expected = golden.to(float64);
        Within(expected, actual, expected.abs() * 0 + limit + Storage(golden), what);
    }

    /// <summary>
    /// The length of the difference within a share of the golden tensor's length; half precision as for <see cref="OfDeviation"/>.
    /// </summary>
    public static void InLength(Tensor golden, Tensor actual, double share, string what, double floor = 0)
    {
        Xunit.Assert.Equal(golden.numel(), actual.numel()); // or one would be repeated to fit the other
        using var scope = NewDisposeScope();
        var (expected, found) = (golden.to(float64), actual.detach().cpu().to(float64));
        var difference = (expected - found).norm().item<double>();
        var allowed = expected.norm().item<double>() * share + Storage(golden).norm().item<double>() + floor;
        Xunit.Assert.True(difference <= allowed, $"{what}: differs by {difference:g4} in length, allowed {allowed:g4}");
    }

    static void Within(Tensor expected, Tensor actual, Tensor limit, string what)
    {
        Xunit.Assert.Equal(expected.shape, actual.shape);
        var difference = (expected - actual.detach().cpu().to(float64)).abs();
        var excess = (difference - limit).max().item<double>();
        Xunit.Assert.True(excess <= 0, $"{what}: largest difference {difference.max().item<double>():g4}, {excess:g4} more than allowed");
    }

    /// <summary>
    /// The part of a batch that a golden holds: of several pictures a file may have kept the first ones only, or the first one without its
    /// dimension.
    /// </summary>
    public static Tensor FirstRows(Tensor golden, Tensor batch)
    {
        if (golden.dim() == batch.dim() - 1) return batch[0];
        Xunit.Assert.True(golden.dim() == batch.dim() && golden.shape[0] <= batch.shape[0],
            $"a golden of ({string.Join(", ", golden.shape)}) is no part of a batch of ({string.Join(", ", batch.shape)})");
        return batch.narrow(0, 0, golden.shape[0]);
    }

    // What storing took away: the spacing of half-precision numbers around each value, where the golden is stored in these.
    static Tensor Storage(Tensor golden)
    {
        var values = golden.to(float64);
        return golden.dtype == ScalarType.Float16 ? values.abs().clamp(min: 6.1e-5).log2().floor().exp2() / 1024 : values.abs() * 0;
    }
}
