using ConceptExpress.Diffusion.Training;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>How a vector of parameters learns.</summary>
sealed record OptimizerSettings
{
    /// <summary>The highest learning rate; rises linearly to it and falls along a cosine to a hundredth of it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of the rise.</summary>
    /// <value>The default value is 300.</value>
    public int WarmUp { get; init; } = 300;

    /// <value>The default value is 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <value>The default value is 0.99.</value>
    public double Beta2 { get; init; } = 0.99;

    /// <value>The default value is 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Gradients are scaled down to this length.</summary>
    /// <value>The default value is 1.</value>
    public double GradientNorm { get; init; } = 1;

    /// <summary>Share of the past in the moving average of the weights; less at the beginning.</summary>
    /// <value>The default value is 0.999.</value>
    public double Average { get; init; } = 0.999;

    /// <summary>The learning rate of a step.</summary>
    public double RateAt(long step, long steps)
    {
        if (step < WarmUp) return LearningRate * (step + 1) / WarmUp;
        var done = (double)(step - WarmUp) / Math.Max(1, steps - WarmUp);
        return LearningRate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, done))));
    }
}

/// <summary><see cref="AdamW"/> on one vector, with a moving average of the weights. Works on slices, so that threads can share it.</summary>
sealed class FlatAdamW(OptimizerSettings settings, Tensor weights, Tensor first, Tensor second, Tensor average) : IDisposable
{
    readonly AdamW adam = new() { Beta1 = settings.Beta1, Beta2 = settings.Beta2, WeightDecay = settings.WeightDecay };

    // A dozen operations go over the same numbers: as many at a time as a core's cache holds, or memory would be waited for a dozen times.
    const long CacheBlock = 1 << 15;

    public Tensor Weights { get; } = weights;
    public Tensor First { get; } = first;
    public Tensor Second { get; } = second;
    public Tensor Average { get; } = average;

    public static FlatAdamW Fresh(OptimizerSettings settings, Tensor weights) => new(settings, weights, zeros_like(weights), zeros_like(weights), weights.clone());

    /// <summary>Updates elements <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> - 1.</summary>
    /// <param name="gradient">Of the whole vector, or at least of that slice's elements at their places.</param>
    /// <param name="gradientScale">What the gradient is multiplied by, after clipping.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="step">0-based.</param>
    /// <param name="from">The slice's first element.</param>
    /// <param name="count">The slice's length.</param>
    public void Update(Tensor gradient, double gradientScale, double rate, long step, long from, long count)
    {
        var block = Weights.device_type == TorchSharp.DeviceType.CPU ? CacheBlock : count;
        for (var i = from; i < from + count; i += block) UpdateBlock(gradient, gradientScale, rate, step, i, Math.Min(block, from + count - i));
    }

    void UpdateBlock(Tensor gradient, double gradientScale, double rate, long step, long from, long count)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var g = gradient.narrow(0, from, count);
        var (w, m, v, a) = (Weights.narrow(0, from, count), First.narrow(0, from, count), Second.narrow(0, from, count), Average.narrow(0, from, count));
        g.mul_(gradientScale);
        adam.Step(w, m, v, g, rate, step);
        var past = Math.Min(settings.Average, (1.0 + step) / (10 + step));
        a.lerp_(w, 1 - past);
    }

    public void Dispose()
    {
        Weights.Dispose();
        First.Dispose();
        Second.Dispose();
        Average.Dispose();
    }
}
