using ConceptExpress.Diffusion.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

/// <summary>AdamW over the token rows, with the published gradient clipping. Its moments survive the merge, row by row (golden semantics 17).</summary>
public sealed class TokenOptimizer : IDisposable
{
    readonly Parameter rows;
    readonly AdamW adam;
    readonly double clip;
    readonly Func<int, double> rateAt;

    /// <param name="rows">(R,E).</param>
    /// <param name="settings">Rates, moments, decay and clipping.</param>
    /// <param name="passes">Of the whole run, over which the rate falls.</param>
    /// <param name="typicalLength">Length of a typical vocabulary row, the unit of relative learning rates.</param>
    public TokenOptimizer(Parameter rows, OptimizerSettings settings, int passes, double typicalLength)
    {
        this.rows = rows;
        clip = settings.MaxGradientNorm;
        var rate = settings.LearningRate * (settings.RateUnit == RateUnit.RowLength ? typicalLength : 1);
        var (left, lastPass) = (settings.FinalShare, Math.Max(1, passes - 1));
        rateAt = pass => rate * (left + (1 - left) * (1 + Math.Cos(Math.PI * Math.Min(pass, lastPass) / lastPass)) / 2);
        adam = optim.AdamW([rows], rate, settings.Beta1, settings.Beta2, settings.Epsilon, settings.WeightDecay);
    }

    /// <summary>
    /// One step with the gradient that a backward pass has left in the rows; clears it.
    /// </summary>
    /// <param name="pass">Decides the learning rate.</param>
    /// <param name="lookup">The prompt's frozen rows: the published norm covers the whole embedding table, ordinary words included (golden semantics 16).</param>
    /// <returns>The gradient norm before clipping.</returns>
    public double Step(int pass, TokenLookup lookup)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var gradient = rows.grad ?? throw new InvalidOperationException("no backward pass has reached the token rows");
        var norm = Math.Sqrt(gradient.square().sum().to(float64).item<double>() + lookup.FrozenGradientSquare());
        var scale = clip / (norm + 1e-6); // as torch clips
        if (scale < 1) gradient.mul_(scale);
        foreach (var group in adam.ParamGroups) group.LearningRate = rateAt(pass);
        adam.step();
        adam.zero_grad();
        return norm;
    }

    public void Dispose() => adam.Dispose();
}
