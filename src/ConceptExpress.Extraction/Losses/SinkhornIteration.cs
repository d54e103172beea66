using System.Numerics;

namespace ConceptExpress.Extraction.Losses;

// Points: P of mu, Q of nu

/// <summary>
/// Sinkhorn's fixed-point iteration in the log domain, on spans. With a regularisation as small as the published one, only the largest term
/// and a few others matter in each sum of exponentials. Finding these first makes the iteration a hundred times cheaper than with tensor
/// operations, which evaluate every exponential.
/// </summary>
static class SinkhornIteration
{
    // Terms that are smaller than the largest by this factor of exp(-88) are skipped: about there, single precision underflows.
    const float Negligible = -88;

    /// <summary>Computes the logarithms of the sums by which mu and nu are divided, after the last iteration.</summary>
    /// <param name="logMu">(P) logarithms of mu.</param>
    /// <param name="logNu">(Q) logarithms of nu.</param>
    /// <param name="logKernel">(P,Q) minus the cost, divided by the regularisation.</param>
    /// <param name="transposed">(Q,P) the transpose of <paramref name="logKernel"/>.</param>
    /// <param name="iterations">Number of iterations, 1 or more.</param>
    /// <param name="sumU">(P) result: log mu minus this is the log potential of mu.</param>
    /// <param name="sumV">(Q) result: log nu minus this is the log potential of nu.</param>
    public static void Run(ReadOnlySpan<float> logMu, ReadOnlySpan<float> logNu, ReadOnlySpan<float> logKernel,
        ReadOnlySpan<float> transposed, int iterations,
        Span<float> sumU, Span<float> sumV)
    {
        var (p, q) = (logMu.Length, logNu.Length);
        Span<float> logU = new float[p], logV = new float[q];
        logU.Fill(-MathF.Log(p)); // potentials start as 1/P
        for (var i = 0; i < iterations; i++)
        {
            for (var k = 0; k < q; k++)
            {
                sumV[k] = LogSumExp(transposed.Slice(k * p, p), logU);
                logV[k] = logNu[k] - sumV[k];
            }
            for (var k = 0; k < p; k++)
            {
                sumU[k] = LogSumExp(logKernel.Slice(k * q, q), logV);
                logU[k] = logMu[k] - sumU[k];
            }
        }
    }

    /// <summary>Returns the logarithm of the sum of exp(a + b). Negligible terms are left out.</summary>
    internal static float LogSumExp(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var largest = MaxSum(a, b);
        if (float.IsNegativeInfinity(largest)) return largest;
        var (sum, i, width) = (0f, 0, Vector<float>.Count);
        var limit = new Vector<float>(largest + Negligible);
        for (; i <= a.Length - width; i += width)
        {
            var terms = new Vector<float>(a[i..]) + new Vector<float>(b[i..]);
            if (!Vector.GreaterThanAny(terms, limit)) continue;
            for (var lane = 0; lane < width; lane++) sum += MathF.Exp(terms[lane] - largest);
        }
        for (; i < a.Length; i++) sum += MathF.Exp(a[i] + b[i] - largest);
        return largest + MathF.Log(sum);
    }

    static float MaxSum(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (largest, i, width) = (float.NegativeInfinity, 0, Vector<float>.Count);
        if (a.Length >= width)
        {
            var lanes = new Vector<float>(float.NegativeInfinity);
            for (; i <= a.Length - width; i += width) lanes = Vector.Max(lanes, new Vector<float>(a[i..]) + new Vector<float>(b[i..]));
            for (var lane = 0; lane < width; lane++) largest = MathF.Max(largest, lanes[lane]);
        }
        for (; i < a.Length; i++) largest = MathF.Max(largest, a[i] + b[i]);
        return largest;
    }
}
