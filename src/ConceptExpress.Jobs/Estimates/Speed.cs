using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Estimates;

/// <summary>
/// How fast a loaded checkpoint computes here and now, measured once with random numbers: evaluations of the UNet (of one latent, of two,
/// of as many as the word search asks about), and one step of learning. All are the real ones, of the run's own size.
/// </summary>
/// <param name="Evaluation">Seconds of an evaluation of one latent.</param>
/// <param name="Pair">Seconds of an evaluation of two latents, as guidance needs them.</param>
/// <param name="Operations">Floating-point operations of that evaluation.</param>
/// <param name="SearchedLatent">Seconds per latent of the word search, its prompt included.</param>
/// <param name="Search">Latents of the search for one concept; 0 without a search.</param>
/// <param name="Step">Seconds of an optimizer step.</param>
sealed record Speed(double Evaluation, double Pair, double Operations, double SearchedLatent, double Search, double Step)
{
    // Seconds. Above this, a single measurement is exact enough, and batches take as long as their members.
    const double Slow = 2;

    // What is fast is repeated for so many seconds, because other programs disturb short measurements.
    const double Patience = 0.2;

    /// <summary>
    /// Seconds of work of the autoencoder. Its layers were measured to be 0.9 to 1.1 times as fast as those of the UNet
    /// (docs/experiments/0032-estimates.md).
    /// </summary>
    public double Of(NetworkCost cost) => Evaluation * cost.Operations / Operations;

    /// <summary>Measures.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="settings">The settings, with the resolution.</param>
    public static Speed Measure(StableDiffusion model, ExtractionSettings settings)
    {
        using var scope = NewDisposeScope();
        using var target = Target(model, settings.Resolution!.Value / model.Downscale);
        var side = settings.Resolution.Value / model.Downscale;
        var search = settings.Learning.Start is BestWords { Search: var budget }
            ? new WordSearch(model, target, budget, settings.Seed) : new WordSearch(model, target, new WordSearchSettings(), settings.Seed);
        var evaluation = Seconds(() => search.EvaluateOnce(1));
        var isSlow = evaluation >= Slow;
        var searches = settings.Learning.Start is BestWords;
        var searched = isSlow || !searches
            ? evaluation : Seconds(() => search.EvaluateOnce(search.LatentsAtOnce)) / search.LatentsAtOnce;
        var pair = isSlow ? 2 * evaluation : Seconds(() => search.EvaluateOnce(2));
        return new Speed(evaluation, pair, UnetCost.Of(model.UnetConfig, side, model.PromptPositions).Operations, searched,
            searches ? search.Latents : 0, StepSeconds(model, target, settings, isSlow));
    }

    // A slow step is measured with one latent.
    static double StepSeconds(StableDiffusion model, LearningTarget target, ExtractionSettings settings, bool isSlow)
    {
        var batch = isSlow ? 1 : settings.Learning.BatchSize;
        var learner = new ConceptLearner(model, target, settings.Learning with { BatchSize = batch, Flips = false }, settings.Losses,
            new SeededTrainingDraws(settings.Seed));
        var vectors = new float[settings.Learning.Vectors * model.WordWidth];
        var state = new SplitState
        {
            Concepts = 1,
            Vectors = settings.Learning.Vectors,
            SplitTokens = 1,
            Rows = vectors,
            First = new float[vectors.Length],
            Second = new float[vectors.Length],
        };
        return Seconds(() =>
        {
            try
            {
                learner.Pass(state, null, CancellationToken.None);
            }
            catch (LearningDivergedException)
            {
                // Time does not depend on values. What is wrong with them is told by the work itself.
            }
        }) * settings.Learning.BatchSize / batch;
    }

    static LearningTarget Target(StableDiffusion model, int side)
    {
        using var random = new RandomStream(0, "estimate");
        Posterior Random() => new(random.Normal([1, model.VaeConfig.LatentChannels, side, side], model.Device),
            zeros([1, model.VaeConfig.LatentChannels, side, side], device: model.Device), model.VaeConfig.ScalingFactor);
        var whole = ones([1, side, side], device: model.Device);
        return LearningTarget.FromPosteriors(Random(), Random(), whole, whole);
    }

    // The median of what follows the first time, which prepares layers. All work here ends with values on the CPU, so it is complete on any
    // device.
    static double Seconds(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        if (watch.Elapsed.TotalSeconds is >= Slow and var once) return once;
        List<double> times = [];
        for (var total = 0.0; total < Patience; total += times[^1])
        {
            watch.Restart();
            work();
            times.Add(watch.Elapsed.TotalSeconds);
        }
        return times.Order().ElementAt(times.Count / 2);
    }
}
