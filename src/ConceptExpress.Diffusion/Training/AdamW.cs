using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Training;

/// <summary>
/// The AdamW optimizer ("Decoupled Weight Decay Regularization"). It holds no state: the caller keeps weights, moments and the number of
/// the step, so that a run can be saved and resumed.
/// </summary>
sealed record AdamW
{
    /// <summary>Decay rate of the running mean of the gradient, 0 to 1.</summary>
    public required double Beta1 { get; init; }

    /// <summary>Decay rate of the running mean of the squared gradient, 0 to 1.</summary>
    public required double Beta2 { get; init; }

    /// <summary>Added to the root of the running mean of the squared gradient, so that nothing is divided by zero.</summary>
    /// <value>The default is 1e-8.</value>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Each step reduces a weight by this share, times the learning rate.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Does one optimizer step: updates weights and moments in place. All tensors have the same shape.</summary>
    /// <param name="weights">The weights that are learned.</param>
    /// <param name="first">Running mean of the gradient; zeros before step 0.</param>
    /// <param name="second">Running mean of the squared gradient; zeros before step 0.</param>
    /// <param name="gradient">Gradient of this step.</param>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="step">Number of this step, from 0, for the bias correction of the moments.</param>
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
