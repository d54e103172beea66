using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Training;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: R rows, E width

/// <summary>AdamW over the tokens' rows, with the published gradient clipping. It keeps nothing between steps.</summary>
public sealed class TokenOptimizer
{
    readonly AdamW adam;
    readonly double clip;
    readonly Func<int, double> rateAt;

    /// <param name="settings">Rates, moments, decay and clipping.</param>
    /// <param name="passes">Of the whole run, over which the rate falls.</param>
    /// <param name="typicalLength">Length of a typical vocabulary row, the unit of relative learning rates.</param>
    public TokenOptimizer(OptimizerSettings settings, int passes, double typicalLength)
    {
        adam = new AdamW { Beta1 = settings.Beta1, Beta2 = settings.Beta2, Epsilon = settings.Epsilon, WeightDecay = settings.WeightDecay };
        clip = settings.MaxGradientNorm;
        var rate = settings.LearningRate * (settings.RateUnit == RateUnit.RowLength ? typicalLength : 1);
        var (left, lastPass) = (settings.FinalShare, Math.Max(1, passes - 1));
        rateAt = pass => rate * (left + (1 - left) * (1 + Math.Cos(Math.PI * Math.Min(pass, lastPass) / lastPass)) / 2);
    }

    /// <summary>One step with the gradient that a backward pass has left in the rows; clears it. Rows and moments, (R,E), change in place.</summary>
    /// <param name="rows">What is learned.</param>
    /// <param name="first">Running mean of the gradient.</param>
    /// <param name="second">Running mean of the squared gradient.</param>
    /// <param name="pass">Decides the learning rate.</param>
    /// <param name="step">Counted from 0 over the whole run.</param>
    /// <param name="lookup">The prompt's frozen rows: the published norm covers the whole embedding table, ordinary words included (golden semantics 16).</param>
    /// <returns>The gradient norm before clipping.</returns>
    public double Step(Tensor rows, Tensor first, Tensor second, int pass, int step, PromptLookup lookup)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var gradient = rows.grad ?? throw new InvalidOperationException("no backward pass has reached the token rows");
        var norm = Math.Sqrt(gradient.square().sum().to(float64).item<double>() + lookup.FrozenGradientSquare());
        var scale = clip / (norm + 1e-6); // as torch clips
        if (scale < 1) gradient.mul_(scale);
        adam.Step(rows, first, second, gradient, rateAt(pass), step);
        rows.grad = null;
        return norm;
    }
}
