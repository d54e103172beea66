using ConceptExpress.Diffusion;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Metrics;

/// <summary>A mean over pictures with what it might have been on other pictures.</summary>
/// <param name="Mean">Over the pictures.</param>
/// <param name="Low">The lower end of the 95 % interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="Pictures">How many there are.</param>
public sealed record Interval(double Mean, double Low, double High, int Pictures);

/// <summary>Percentile intervals by drawing pictures with replacement ("Bootstrap Methods: Another Look at the Jackknife").</summary>
public static class Bootstrap
{
    const int Resamples = 2000;
    const double Outside = 0.025; // on either side

    /// <summary>The mean of one value per picture, with its 95 % interval.</summary>
    /// <param name="values">Finite.</param>
    /// <param name="seed">Of the draws; the same seed gives the same interval.</param>
    /// <returns>Null where there are no pictures.</returns>
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
    /// The mean difference of two methods that were run on the same pictures, first less second, with its 95 % interval: what pictures
    /// have in common is no part of it.
    /// </summary>
    /// <param name="first">One value per picture.</param>
    /// <param name="second">Of the same pictures in the same order.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="ArgumentException">There are not as many values of both.</exception>
    public static Interval? OfDifference(IReadOnlyList<double> first, IReadOnlyList<double> second, long seed)
    {
        if (first.Count != second.Count) throw new ArgumentException($"{first.Count} and {second.Count} values are no pairs");
        return OfMean([.. first.Zip(second, (a, b) => a - b)], seed);
    }

    static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
