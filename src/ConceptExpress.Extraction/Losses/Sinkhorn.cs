using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: B batch, P points of mu, Q points of nu

/// <summary>Entropic optimal transport in the log domain ("Sinkhorn Distances: Lightspeed Computation of Optimal Transport").</summary>
/// <remarks>
/// The published gradient is not the derivative of the returned value but λ times the log potential, as at the optimum of the dual problem
/// (golden semantics 14). Cost and regularisation are as published: with λ = 1e-3 and distances up to 21 grid cells, 200 iterations
/// do not converge, and the value may underflow to zero while the gradient still points the right way.
/// </remarks>
public static class Sinkhorn
{
    // Below it a logarithm in fp32 is -inf, and one such entry would make every potential NaN.
    const double SmallestMass = 1.2e-38;

    /// <summary>Transport cost of each pair of distributions.</summary>
    /// <param name="mu">(B,P), each row summing to 1; receives a gradient.</param>
    /// <param name="nu">(B,Q), each row summing to 1; receives a gradient.</param>
    /// <param name="cost">(P,Q), not negative.</param>
    /// <param name="lambda">Regularisation, in the cost's unit. Published: 1e-3.</param>
    /// <param name="iterations">Published: 200.</param>
    /// <returns>(B).</returns>
    public static Tensor Cost(Tensor mu, Tensor nu, Tensor cost, double lambda = 1e-3, int iterations = 200)
    {
        using var scope = NewDisposeScope();
        Tensor value, logU, logV;
        using (no_grad())
        {
            var scaled = cost / lambda;
            (logU, logV) = Potentials(mu.clamp(min: SmallestMass).log(), nu.clamp(min: SmallestMass).log(), scaled, iterations);
            var plan = (logU.unsqueeze(2) + logV.unsqueeze(1) - scaled.unsqueeze(0)).exp();
            value = (plan * cost.unsqueeze(0)).sum([1, 2]);
        }
        return (value + Straight(mu, logU * lambda) + Straight(nu, logV * lambda)).MoveToOuterDisposeScope();
    }

    /// <summary>Zero, with the given gradient with respect to <paramref name="x"/>.</summary>
    static Tensor Straight(Tensor x, Tensor gradient) => ((x - x.detach()) * gradient).sum(1);

    static (Tensor LogU, Tensor LogV) Potentials(Tensor logMu, Tensor logNu, Tensor scaledCost, int iterations)
    {
        var kernel = -scaledCost.unsqueeze(0);          // (1,P,Q)
        var logU = full_like(logMu, -Math.Log(logMu.shape[1]));
        var logV = logNu;
        for (var i = 0; i < iterations; i++)
        {
            using var step = NewDisposeScope();
            logV = (logNu - (kernel + logU.unsqueeze(2)).logsumexp(1)).MoveToOuterDisposeScope();
            logU = (logMu - (kernel + logV.unsqueeze(1)).logsumexp(2)).MoveToOuterDisposeScope();
        }
        return (logU, logV);
    }
}
