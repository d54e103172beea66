using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>A step in parts is the step in one piece, up to rounding.</summary>
public sealed class AtOnceTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void PartsOfABatch_GiveTheGradientAndLossesOfTheWhole(int atOnce)
    {
        using var model = StableDiffusion.Load(TestFolders.Toybox);
        var (whole, parts) = (Step(model, null), Step(model, atOnce));
        Assert.Equal(whole.Gradient.Length, parts.Gradient.Length);
        var size = Math.Sqrt(whole.Gradient.Sum(value => (double)value * value));
        var difference = Math.Sqrt(whole.Gradient.Zip(parts.Gradient, (a, b) => Math.Pow(a - b, 2)).Sum());
        Assert.InRange(difference / size, 0, 1e-3);
        Assert.Equal(whole.Losses.Terms.Select(term => term.Key), parts.Losses.Terms.Select(term => term.Key));
        Assert.All(whole.Losses.All.Zip(parts.Losses.All),
            pair => Assert.InRange(Math.Abs(pair.Second.Value - pair.First.Value), 0, 1e-3 * Math.Max(1, Math.Abs(pair.First.Value))));
        Assert.Equal(4, parts.Maps);
    }

    [Fact]
    public void AsManyAsTheBatchHas_GiveTheSameBytes()
    {
        using var model = StableDiffusion.Load(TestFolders.Toybox);
        Assert.Equal(Step(model, null).Gradient, Step(model, 4).Gradient);
    }

    static (float[] Gradient, LossValues Losses, long Maps) Step(StableDiffusion model, int? atOnce)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "picture");
        var side = model.TrainedResolution / model.Downscale;
        var masks = zeros(1, side, side);
        masks[0].narrow(0, 0, side / 2).narrow(1, 0, side / 2).fill_(1);
        using var target = LearningTarget.FromPosteriors(
            new Posterior(random.Normal([1, 4, side, side], CPU), zeros(1, 4, side, side), 1),
            new Posterior(random.Normal([1, 4, side, side], CPU), zeros(1, 4, side, side), 1), masks, masks + 0.1);
        var learning = ExtractionSettings.Paper.Learning with { BatchSize = 4, SplitTokens = 2, Flips = false, AtOnce = atOnce };
        var (gradient, maps) = (Array.Empty<float>(), 0L);
        var learner = new ConceptLearner(model, target, learning, ExtractionSettings.Paper.Losses, new SeededTrainingDraws(1))
        {
            Inspect = (rows, seen) =>
            {
                if (gradient.Length == 0) (gradient, maps) = (rows.cpu().data<float>().ToArray(), seen.shape[0]);
            },
        };
        OptimizerStepDone? first = null;
        learner.Pass((SplitState)TokenTable.Begin(model, 1, learning, 1, []), done => first ??= done, CancellationToken.None);
        return (gradient, first!.Losses, maps);
    }
}
