using ConceptExpress.Diffusion.Training;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>Settings of <see cref="FlatAdamW"/> and its learning rate schedule.</summary>
sealed record OptimizerSettings
{
    /// <summary>Peak learning rate. The rate rises linearly to it and then falls along a cosine to 1 % of it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Number of steps in which the learning rate rises; at most a tenth of all steps.</summary>
    /// <value>The default value is 300.</value>
    public int WarmUp { get; init; } = 300;

    /// <summary>Decay of the running mean of the gradient, 0 to 1.</summary>
    /// <value>The default value is 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the running mean of the squared gradient, 0 to 1.</summary>
    /// <value>The default value is 0.99.</value>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Share of a weight, times the learning rate, that each step takes away.</summary>
    /// <value>The default value is 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Maximum norm of the gradient; longer gradients are scaled down to it.</summary>
    /// <value>The default value is 1.</value>
    public double GradientNorm { get; init; } = 1;

    /// <summary>Decay of the moving average of the weights, 0 to 1. Step s (0-based) uses at most (1 + s) / (10 + s).</summary>
    /// <value>The default value is 0.999.</value>
    public double Average { get; init; } = 0.999;

    /// <summary>The learning rate of a step (0-based) in a training of <paramref name="steps"/> steps.</summary>
    public double RateAt(long step, long steps)
    {
        var rising = Math.Clamp(steps / 10, 1, WarmUp);
        if (step < rising) return LearningRate * (step + 1) / rising;
        var done = (double)(step - rising) / Math.Max(1, steps - rising);
        return LearningRate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, done))));
    }
}

/// <summary>
/// <see cref="AdamW"/> on one vector, with a moving average of the weights. Updates slices, so that several threads can share the work.
/// </summary>
/// <remarks>Owns its tensors: (n) fp32 each, disposed of with it.</remarks>
sealed class FlatAdamW(OptimizerSettings settings, Tensor weights, Tensor first, Tensor second, Tensor average) : IDisposable
{
    readonly AdamW adam = new() { Beta1 = settings.Beta1, Beta2 = settings.Beta2, WeightDecay = settings.WeightDecay };

    // The update makes about twelve passes over the data; blocks that fit a core's cache avoid twelve trips to memory.
    const long CacheBlock = 1 << 15;

    /// <summary>The weights.</summary>
    public Tensor Weights { get; } = weights;

    /// <summary>Running mean of the gradient.</summary>
    public Tensor First { get; } = first;

    /// <summary>Running mean of the squared gradient.</summary>
    public Tensor Second { get; } = second;

    /// <summary>Moving average of the weights; checkpoints hold it.</summary>
    public Tensor Average { get; } = average;

    /// <summary>An optimizer before its first step: moments of 0, average equal to the weights.</summary>
    public static FlatAdamW Fresh(OptimizerSettings settings, Tensor weights) =>
        new(settings, weights, zeros_like(weights), zeros_like(weights), weights.clone());

    /// <summary>Updates elements <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> - 1.</summary>
    /// <param name="gradient">(n) gradient; only the slice's elements need to be valid. They are multiplied in place.</param>
    /// <param name="gradientScale">Factor of the gradient, such as the one that clips its norm.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="from">Index of the slice's first element.</param>
    /// <param name="count">Number of elements in the slice.</param>
    public void Update(Tensor gradient, double gradientScale, double rate, long step, long from, long count)
    {
        var block = Weights.device_type == TorchSharp.DeviceType.CPU ? CacheBlock : count;
        for (var i = from; i < from + count; i += block)
            UpdateBlock(gradient, gradientScale, rate, step, i, Math.Min(block, from + count - i));
    }

    void UpdateBlock(Tensor gradient, double gradientScale, double rate, long step, long from, long count)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var g = gradient.narrow(0, from, count);
        var (w, m, v, a) = (Weights.narrow(0, from, count), First.narrow(0, from, count), Second.narrow(0, from, count),
            Average.narrow(0, from, count));
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
