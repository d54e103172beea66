using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Training;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: R rows, E width

/// <summary>AdamW over the tokens' rows, with the published gradient clipping (method 2). The caller keeps rows and moments.</summary>
sealed class TokenOptimizer
{
    readonly AdamW adam;
    readonly double clip;
    readonly Func<int, double> rateAt;

    /// <param name="settings">Learning rate, decay of the moments, weight decay and clipping.</param>
    /// <param name="passes">Number of passes of the whole run, over which the learning rate falls.</param>
    /// <param name="typicalLength">Median norm of a vocabulary row: the unit of <see cref="RateUnit.RowLength"/>.</param>
    public TokenOptimizer(OptimizerSettings settings, int passes, double typicalLength)
    {
        adam = new AdamW { Beta1 = settings.Beta1, Beta2 = settings.Beta2, Epsilon = settings.Epsilon, WeightDecay = settings.WeightDecay };
        clip = settings.MaxGradientNorm;
        var rate = settings.LearningRate * (settings.RateUnit == RateUnit.RowLength ? typicalLength : 1);
        var (left, lastPass) = (settings.FinalShare, Math.Max(1, passes - 1));
        rateAt = pass => rate * (left + (1 - left) * (1 + Math.Cos(Math.PI * Math.Min(pass, lastPass) / lastPass)) / 2);
    }

    /// <summary>Takes one step with the rows' gradient, and clears the gradient. Changes rows and moments in place.</summary>
    /// <param name="rows">(R,E) the token rows, with the gradient of a backward pass.</param>
    /// <param name="first">(R,E) running mean of the gradient.</param>
    /// <param name="second">(R,E) running mean of the squared gradient.</param>
    /// <param name="pass">Number of the pass, counted from 0; decides the learning rate.</param>
    /// <param name="step">Number of the step in the whole run, counted from 0.</param>
    /// <param name="lookup">
    /// The prompt's frozen rows: the published norm covers the whole embedding table, including ordinary words (published semantics 16).
    /// </param>
    /// <returns>The gradient norm before clipping.</returns>
    /// <exception cref="InvalidOperationException">The rows have no gradient.</exception>
    public double Step(Tensor rows, Tensor first, Tensor second, int pass, int step, PromptLookup lookup)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var gradient = rows.grad
            ?? throw new InvalidOperationException("the token rows have no gradient; run a backward pass before the step");
        var norm = Math.Sqrt(gradient.square().sum().to(float64).item<double>() + lookup.FrozenGradientSquare());
        var scale = clip / (norm + 1e-6); // the formula of torch.nn.utils.clip_grad_norm_
        if (scale < 1) gradient.mul_(scale);
        adam.Step(rows, first, second, gradient, rateAt(pass), step);
        rows.grad = null;
        return norm;
    }
}
