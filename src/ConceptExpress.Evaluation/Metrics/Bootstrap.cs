using ConceptExpress.Diffusion;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Metrics;

/// <summary>
/// A mean over pictures with its 95 % confidence interval: the percentiles 2.5 and 97.5 of the means of 2000 bootstrap resamples of the
/// pictures. Values have the unit of their figure.
/// </summary>
/// <param name="Mean">The mean over the pictures.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="Pictures">Number of pictures that have a value, 1 or more.</param>
public sealed record Interval(double Mean, double Low, double High, int Pictures);

/// <summary>
/// Bootstrap percentile intervals: pictures are resampled 2000 times with replacement ("Bootstrap Methods: Another Look at the Jackknife").
/// </summary>
static class Bootstrap
{
    const int Resamples = 2000;
    const double Outside = 0.025; // share of the resampled means that lies outside of the interval, on each side

    /// <summary>The mean of one value per picture, with its 95 % interval.</summary>
    /// <param name="values">One finite value per picture.</param>
    /// <param name="seed">Seed of the resampling; the same seed gives the same interval.</param>
    /// <returns>Null if there are no pictures.</returns>
    public static Interval? OfMean(IReadOnlyList<double> values, long seed)
    {
        if (values.Count == 0) return null;
        using var random = new RandomStream(seed, "bootstrap");
        using var draws = random.Uniform([Resamples, values.Count], CPU);
        float[] shares = [.. draws.data<float>()];
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            var sum = 0.0;
            foreach (var share in shares.AsSpan(i * values.Count, values.Count))
                sum += values[Math.Min((int)(share * values.Count), values.Count - 1)];
            means[i] = sum / values.Count;
        }
        Array.Sort(means);
        return new Interval(values.Average(), Quantile(means, Outside), Quantile(means, 1 - Outside), values.Count);
    }

    /// <summary>
    /// The mean difference of two methods on the same pictures, first minus second, with its 95 % interval. The values are paired, so that
    /// differences between pictures do not widen the interval.
    /// </summary>
    /// <param name="first">One value per picture.</param>
    /// <param name="second">One value for each of the same pictures, in the same order.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <returns>Null if there are no pictures.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static Interval? OfDifference(IReadOnlyList<double> first, IReadOnlyList<double> second, long seed)
    {
        if (first.Count != second.Count) throw new ArgumentException($"{first.Count} and {second.Count} values cannot be paired");
        return OfMean([.. first.Zip(second, (a, b) => a - b)], seed);
    }

    static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
