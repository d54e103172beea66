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
        using var rows = full([1, model.WordWidth], float.NaN);
        var (message, steps) = Diverged(rows, new OptimizerSettings(), new SeededTrainingDraws(1));
        Assert.Contains("optimizer step 0;", message);
        Assert.Contains("learning.optimizer.learningRate", message);
        Assert.Equal(0, steps);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void ANumberThatIsLostOnTheWay_IsToldOfAtItsStep(int step)
    {
        using var rows = model.WordVectors.narrow(0, 0, 1).to(float32);
        var (message, steps) = Diverged(rows, new OptimizerSettings(), new DrawsThatBreak(step));
        Assert.Contains($"optimizer step {step};", message);
        Assert.Equal(step, steps);
    }

    [Fact]
    public void AnAbsurdLearningRate_EndsInTheSame()
    {
        // Beyond the range that settings have: the rows' squares overflow after the first step.
        using var rows = model.WordVectors.narrow(0, 0, 1).to(float32);
        var (message, steps) = Diverged(rows, new OptimizerSettings { LearningRate = 1e30 }, new SeededTrainingDraws(1));
        Assert.Contains("optimizer step 1;", message);
        Assert.Equal(1, steps);
    }

    [Fact]
    public void TheLastGoodState_IsWhatWasReachedBefore()
    {
        using var rows = model.WordVectors.narrow(0, 0, 1).to(float32);
        var reached = new List<MergedState>();
        Assert.Throws<LearningDivergedException>(() => Learn(rows, new OptimizerSettings(), new DrawsThatBreak(5), reached, _ => { }));
        var last = reached[^1]; // two steps a pass
        Assert.Equal((2, 4), (last.Pass, last.Step));
        Assert.All(last.Rows.Concat(last.First).Concat(last.Second), value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>What is told, and how many steps were done before.</summary>
    (string Message, int Steps) Diverged(Tensor rows, OptimizerSettings optimizer, ITrainingDraws draws)
    {
        var steps = 0;
        var diverged = Assert.Throws<LearningDivergedException>(() => Learn(rows, optimizer, draws, [], _ => steps++));
        Assert.EndsWith(".", diverged.Message);
        return (diverged.Message, steps);
    }

    void Learn(Tensor rows, OptimizerSettings optimizer, ITrainingDraws draws, List<MergedState> reached, Action<OptimizerStepDone> report)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "picture");
        Posterior Random() => new(random.Normal([1, 4, Side, Side], CPU), full([1, 4, Side, Side], -6f), model.VaeConfig.ScalingFactor);
        var masks = ones(1, Side, Side);
        using var target = LearningTarget.FromPosteriors(Random(), Random(), masks, masks / (Side * Side));
        var learner = new ConceptLearner(model, target, new LearningSettings { Optimizer = optimizer }, new LossSettings(), draws);
        var values = rows.data<float>().ToArray();
        reached.Add(
            new MergedState
            {
                Concepts = 1,
                Vectors = 1,
                Rows = values,
                First = new float[values.Length],
                Second = new float[values.Length]
            });
        for (var pass = 0; pass < 10; pass++) reached.Add(learner.Pass(reached[^1], report, TestContext.Current.CancellationToken));
    }

    /// <summary>Noise that is no number, from a step on.</summary>
    sealed class DrawsThatBreak(int from) : ITrainingDraws
    {
        public IPassDraws OfPass(int pass, int step) => new Pass(new SeededTrainingDraws(1).OfPass(pass, step), step, from);

        sealed class Pass(IPassDraws draws, int done, int from) : IPassDraws
        {
            public bool Flip() => draws.Flip();

            public int[] Choose(int count, int concepts) => draws.Choose(count, concepts);

            public TrainingDraw Next(long[] shape, int timesteps, Device device)
            {
                var next = draws.Next(shape, timesteps, device);
                return done++ < from ? next : next with { Noise = next.Noise * float.NaN };
            }

            public void Dispose() => draws.Dispose();
        }
    }
}
