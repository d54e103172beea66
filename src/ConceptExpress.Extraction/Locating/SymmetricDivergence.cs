using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>The symmetric Kullback-Leibler divergence D = (KL(p|q) + KL(q|p)) / 2 of discrete distributions, in nats.</summary>
static class SymmetricDivergence
{
    /// <summary>
    /// Lower bound of probabilities in logarithms: the smallest normal single, so only exact zeros and denormals change. Without it, one
    /// zero makes its row and column NaN.
    /// </summary>
    public const float Floor = 1.17549435e-38f;

    /// <summary>Returns the divergences of all pairs within one set. Takes a single matrix product.</summary>
    /// <param name="rows">(n, d) distributions, fp32.</param>
    /// <returns>(n, n), symmetric; the diagonal is 0 up to rounding.</returns>
    public static Tensor Within(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var logs = rows.clamp_min(Floor).log_();
        // Subtract the nearly equal sums first. Adding the two directions before that would lose half of the digits.
        var oneWay = (rows * logs).sum(1).unsqueeze(1) - rows.matmul(logs.t());
        return (oneWay + oneWay.t()).mul_(0.5).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the divergences of all pairs between two sets: each row of p with each row of q.</summary>
    /// <param name="p">(n, d) distributions, fp32.</param>
    /// <param name="q">(m, d) distributions, fp32.</param>
    /// <returns>(n, m) divergences.</returns>
    public static Tensor Between(Tensor p, Tensor q)
    {
        using var scope = NewDisposeScope();
        var (logP, logQ) = (p.clamp_min(Floor).log_(), q.clamp_min(Floor).log_());
        var pToQ = (p * logP).sum(1).unsqueeze(1) - p.matmul(logQ.t());
        var qToP = (q * logQ).sum(1).unsqueeze(0) - logP.matmul(q.t());
        return (pToQ + qToP).mul_(0.5).MoveToOuterDisposeScope();
    }
}
