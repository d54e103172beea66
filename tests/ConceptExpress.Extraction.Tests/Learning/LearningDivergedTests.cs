using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>A run whose numbers are none any more ends at once, and says where.</summary>
public sealed class LearningDivergedTests : IDisposable
{
    const int Side = 16;

    readonly StableDiffusion model = CoreCheckpoint.Load();

    public void Dispose() => model.Dispose();

    [Fact]
    public void AStartThatIsNoNumber_IsToldOfAtTheFirstStep()
    {
        using var rows = full([1, model.TextConfig.HiddenSize], float.NaN);
        var (message, steps) = Diverged(rows, new OptimizerSettings(), new SeededTrainingDraws(1));
        Assert.Contains("optimizer step 0;", message);
        Assert.Contains("learning.optimizer.learningRate", message);
        Assert.Equal(0, steps);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void ANumberThatIsLostOnTheWay_IsToldOfAtItsStep(int step)
    {
        using var rows = model.TextEncoder.Vocabulary.narrow(0, 0, 1).to(float32);
        var (message, steps) = Diverged(rows, new OptimizerSettings(), new DrawsThatBreak(step));
        Assert.Contains($"optimizer step {step};", message);
        Assert.Equal(step, steps);
    }

    [Fact]
    public void AnAbsurdLearningRate_EndsInTheSame()
    {
        // Beyond the range that settings have: the rows' squares overflow after the first step.
        using var rows = model.TextEncoder.Vocabulary.narrow(0, 0, 1).to(float32);
        var (message, steps) = Diverged(rows, new OptimizerSettings { LearningRate = 1e30 }, new SeededTrainingDraws(1));
        Assert.Contains("optimizer step 1;", message);
        Assert.Equal(1, steps);
    }

    /// <summary>What is told, and how many steps were done before.</summary>
    (string Message, int Steps) Diverged(Tensor rows, OptimizerSettings optimizer, ITrainingDraws draws)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "picture");
        Posterior Random() => new(random.Normal([1, 4, Side, Side], CPU), full([1, 4, Side, Side], -6f), model.VaeConfig.ScalingFactor);
        var masks = ones(1, Side, Side);
        using var target = LearningTarget.FromPosteriors(Random(), Random(), masks, masks / (Side * Side));
        using var table = TokenTable.Of(rows, concepts: 1);
        using var learner = new ConceptLearner(model, target, table, new LearningSettings { Optimizer = optimizer }, new LossSettings(), draws);
        var steps = 0;
        var diverged = Assert.Throws<LearningDivergedException>(
            () => learner.Run(new MergedTokens(table), 0, 10, _ => steps++, TestContext.Current.CancellationToken));
        Assert.EndsWith(".", diverged.Message);
        return (diverged.Message, steps);
    }

    /// <summary>Noise that is no number, from a step on.</summary>
    sealed class DrawsThatBreak(int step) : ITrainingDraws
    {
        readonly SeededTrainingDraws draws = new(1);
        int done;

        public bool Flip() => draws.Flip();

        public int[] Choose(int count, int concepts) => draws.Choose(count, concepts);

        public TrainingDraw Next(long[] shape, int timesteps, Device device)
        {
            var next = draws.Next(shape, timesteps, device);
            return done++ < step ? next : next with { Noise = next.Noise * float.NaN };
        }
    }
}
