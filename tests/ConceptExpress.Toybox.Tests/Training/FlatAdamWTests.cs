using ConceptExpress.Toybox.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Tests.Training;

public class FlatAdamWTests
{
    static readonly OptimizerSettings Settings = new() { LearningRate = 0.01, Average = 0.9 };

    [Fact]
    public void TenSteps_AreThoseOfTorchsAdamW()
    {
        using var scope = NewDisposeScope();
        const int length = 100_000; // several blocks
        var begin = arange(length, dtype: float32).sin();
        var parameter = nn.Parameter(begin.clone());
        using var torchs = optim.AdamW([parameter], lr: Settings.LearningRate, beta1: Settings.Beta1, beta2: Settings.Beta2, eps: 1e-8,
            weight_decay: Settings.WeightDecay);
        using var ours = FlatAdamW.Fresh(Settings, begin.clone());
        for (var step = 0; step < 10; step++)
        {
            var gradient = (arange(length, dtype: float32) * (step + 1)).cos() * 0.1;
            parameter.grad = gradient.clone();
            torchs.step();
            // In two shares, as two workers do.
            ours.Update(gradient, 1, Settings.LearningRate, step, 0, 30_001);
            ours.Update(gradient, 1, Settings.LearningRate, step, 30_001, length - 30_001);
        }
        Assert.True((ours.Weights - parameter).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void TheAverage_FollowsTheWeights_FasterAtFirst()
    {
        using var scope = NewDisposeScope();
        using var optimizer = FlatAdamW.Fresh(Settings, zeros(4));
        for (var step = 0; step < 200; step++) optimizer.Update(-ones(4), 1, Settings.LearningRate, step, 0, 4);
        var (weight, average) = (optimizer.Weights[0].item<float>(), optimizer.Average[0].item<float>());
        // A weight that grows by 0.01 a step is ahead of an average of horizon 1 / (1 - 0.9) by 9 steps.
        Assert.InRange(weight - average, 0.05, 0.1);
    }

    [Fact]
    public void TheRate_Rises_AndFallsToAHundredth()
    {
        Assert.True(Settings.RateAt(0, 1000) < Settings.RateAt(100, 1000));
        Assert.Equal(Settings.LearningRate, Settings.RateAt(Settings.WarmUp, 10 * Settings.WarmUp), 9);
        Assert.Equal(Settings.LearningRate / 100, Settings.RateAt(1000, 1000), 9);
    }
}
