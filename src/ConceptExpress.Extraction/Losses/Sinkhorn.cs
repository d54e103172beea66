using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: B batch, P points of mu, Q points of nu

/// <summary>Entropic optimal transport in the log domain ("Sinkhorn Distances: Lightspeed Computation of Optimal Transport").</summary>
/// <remarks>
/// The published gradient is not the derivative of the returned value. It is λ times the log potential, as at the optimum of the dual
/// problem (published semantics 14). Cost and regularisation are as published: with λ = 1e-3 and distances up to 21 grid cells, 200
/// iterations do not converge, and the value may underflow to zero. The gradient still points in the right direction.
/// </remarks>
static class Sinkhorn
{
    // Stands for zero mass in the potentials. The published potential is -inf there, which makes the whole gradient useless.
    const double MinMass = 1.2e-38;

    /// <summary>Returns the transport cost of each pair of distributions.</summary>
    /// <param name="mu">(B,P), every row sums to 1; receives a gradient.</param>
    /// <param name="nu">(B,Q), every row sums to 1; receives a gradient.</param>
    /// <param name="cost">(P,Q) cost between points, not negative.</param>
    /// <param name="lambda">Regularisation, in the unit of the cost. Published: 1e-3.</param>
    /// <param name="iterations">Number of iterations, 1 or more. Published: 200.</param>
    /// <returns>(B), one cost per pair.</returns>
    public static Tensor Cost(Tensor mu, Tensor nu, Tensor cost, double lambda, int iterations)
    {
        using var scope = NewDisposeScope();
        Tensor value, potentialU, potentialV;
        using (no_grad())
        {
            var scaled = cost / lambda;
            var (sumU, sumV) = LogSums(mu, nu, scaled, iterations);
            (potentialU, potentialV) = (mu.clamp(min: MinMass).log() - sumU, nu.clamp(min: MinMass).log() - sumV);
            var plan = ((mu.log() - sumU).unsqueeze(2) + (nu.log() - sumV).unsqueeze(1) - scaled.unsqueeze(0)).exp();
            value = (plan * cost.unsqueeze(0)).sum([1, 2]);
        }
        return (value + Straight(mu, potentialU * lambda) + Straight(nu, potentialV * lambda)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns zeros (B) whose gradient with respect to <paramref name="x"/> is the given one.</summary>
    static Tensor Straight(Tensor x, Tensor gradient) => ((x - x.detach()) * gradient).sum(1);

    /// <summary>Returns what must be subtracted from log mu and log nu to get the log potentials: (B,P) and (B,Q).</summary>
    static (Tensor SumU, Tensor SumV) LogSums(Tensor mu, Tensor nu, Tensor scaledCost, int iterations)
    {
        var (batch, p, q) = ((int)mu.shape[0], (int)mu.shape[1], (int)nu.shape[1]);
        var (logMu, logNu) = (Values(mu.log()), Values(nu.log()));
        var (kernel, transposed) = (Values(-scaledCost), Values(-scaledCost.t()));
        var (sumU, sumV) = (new float[batch * p], new float[batch * q]);
        Parallel.For(0, batch, i => SinkhornIteration.Run(
            logMu.AsSpan(i * p, p), logNu.AsSpan(i * q, q), kernel, transposed, iterations, sumU.AsSpan(i * p, p), sumV.AsSpan(i * q, q)));
        return (tensor(sumU, [batch, p], device: mu.device), tensor(sumV, [batch, q], device: nu.device));
    }

    static float[] Values(Tensor x) => [.. x.to(float32).cpu().contiguous().data<float>()];
}
