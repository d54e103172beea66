using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Training;

/// <summary>
/// One step of "Decoupled Weight Decay Regularization". It keeps nothing: weights, moments and the number of the step are the caller's, so that a run can be
/// written down and go on from there.
/// </summary>
public sealed record AdamW
{
    /// <summary>Decay of the gradient's running mean, 0 to 1.</summary>
    public required double Beta1 { get; init; }

    /// <summary>Decay of the squared gradient's running mean, 0 to 1.</summary>
    public required double Beta2 { get; init; }

    /// <summary>Added to the root of the latter.</summary>
    /// <value>The default is 1e-8.</value>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of a weight, times the learning rate, that each step takes away.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Changes weights and moments in place; all tensors have one shape.</summary>
    /// <param name="weights">What is learned.</param>
    /// <param name="first">Running mean of the gradient; zeros before step 0.</param>
    /// <param name="second">Running mean of the squared gradient; zeros before step 0.</param>
    /// <param name="gradient">Of this step.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="step">Counted from 0.</param>
    public void Step(Tensor weights, Tensor first, Tensor second, Tensor gradient, double rate, long step)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        first.lerp_(gradient, 1 - Beta1);
        second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        var (unbias1, unbias2) = (1 - Math.Pow(Beta1, step + 1), 1 - Math.Pow(Beta2, step + 1));
        var scale = second.sqrt().div_(Math.Sqrt(unbias2)).add_(Epsilon);
        weights.mul_(1 - rate * WeightDecay);
        weights.addcdiv_(first, scale, -rate / unbias1);
    }
}
