using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Naming;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Estimates;

/// <summary>
/// How fast a loaded checkpoint computes here and now, measured once with random numbers: an evaluation of the UNet, of the word search and
/// of drawing, and one step of learning. All are the real ones, of the run's own size.
/// </summary>
/// <param name="Evaluation">Seconds of an evaluation of one latent.</param>
/// <param name="Operations">Floating-point operations of that evaluation.</param>
/// <param name="Drawing">Seconds of one step of drawing a picture.</param>
/// <param name="Search">Seconds of the word search for one concept; 0 without a search.</param>
/// <param name="Step">Seconds of an optimizer step.</param>
/// <param name="Word">Seconds of reading a prompt that ends with a word, when concepts are named.</param>
/// <param name="Words">Number of words in the vocabulary.</param>
sealed record Speed(double Evaluation, double Operations, double Drawing, double Search, double Step, double Word, int Words)
{
    // Seconds. Above this, a single measurement is exact enough, and batches take as long as their members.
    const double Slow = 2;

    // What is fast is repeated for so many seconds, because other programs disturb short measurements.
    const double Patience = 0.2;

    // Prompts that are read at once.
    const int SomeWords = 64;

    /// <summary>
    /// Seconds of work of the autoencoder. Its layers were measured to be 0.9 to 1.1 times as fast as those of the UNet
    /// (docs/experiments/0032-estimates.md).
    /// </summary>
    public double Of(NetworkCost cost) => Evaluation * cost.Operations / Operations;

    /// <summary>Measures.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="settings">The settings, with the resolution.</param>
    /// <param name="sampling">How pictures are drawn.</param>
    public static Speed Measure(StableDiffusion model, ExtractionSettings settings, SamplingSettings sampling)
    {
        using var scope = NewDisposeScope();
        using var target = Target(model, settings.Resolution!.Value / model.Downscale);
        var side = settings.Resolution.Value / model.Downscale;
        var searches = settings.Learning.Start as BestWords;
        var search = new WordSearch(model, target, searches?.Search ?? new WordSearchSettings(), settings.Seed);
        var words = new WordRetrieval(model);
        var evaluation = Seconds(() => search.EvaluateOnce(prompts: 1, samples: 1));
        var isSlow = evaluation >= Slow;
        return new Speed(evaluation, UnetCost.Of(model.UnetConfig, side, model.PromptPositions).Operations,
            isSlow ? evaluation * (sampling.Guidance > 1 ? 2 : 1) : DrawingSeconds(model, sampling),
            searches is null ? 0 : isSlow ? evaluation * search.Work.Latents : SearchSeconds(search),
            StepSeconds(model, target, settings, isSlow), WordSeconds(words), words.Words.Count);
    }

    static double WordSeconds(WordRetrieval words)
    {
        string[] some = [.. words.Words.Take(SomeWords)];
        return some is [] ? 0 : Seconds(() => words.Read(some).Dispose()) / some.Length;
    }

    // Every evaluation takes as many latents as memory allows, but the number of their prompts differs.
    static double SearchSeconds(WordSearch search)
    {
        var (work, latents) = (search.Work, search.LatentsAtOnce);
        var onePrompt = Seconds(() => search.EvaluateOnce(prompts: 1, samples: latents));
        var allPrompts = Seconds(() => search.EvaluateOnce(prompts: latents, samples: 1));
        var ofPrompt = latents > 1 ? Math.Max(0, (allPrompts - onePrompt) / (latents - 1)) : 0;
        return work.Latents / latents * (onePrompt - ofPrompt) + work.Prompts * ofPrompt;
    }

    // Draws the first steps of a picture. The first one is left out, because it waits for the text encoder.
    static double DrawingSeconds(StableDiffusion model, SamplingSettings sampling)
    {
        using var enough = new CancellationTokenSource();
        var (watch, times) = (Stopwatch.StartNew(), new List<double>());
        void Stepped(int step, Tensor latent)
        {
            times.Add(watch.Elapsed.TotalSeconds);
            watch.Restart();
            if (times.Count > 1 && times.Skip(1).Sum() > Patience) enough.Cancel();
        }
        try
        {
            using var random = new RandomStream(0, "estimate");
            var side = model.TrainedResolution / model.Downscale;
            using var noise = random.Normal([1, model.VaeConfig.LatentChannels, side, side], model.Device);
            new TextToImage(model, []).Generate(new GenerationSettings { Prompt = "", Sampling = sampling }, noise, Stepped, enough.Token);
        }
        catch (OperationCanceledException)
        {
            // Enough was measured.
        }
        return Median(times.Count > 1 ? times[1..] : times);
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
        void Pass()
        {
            try
            {
                learner.Pass(state, null, CancellationToken.None);
            }
            catch (LearningDivergedException)
            {
                // Time does not depend on values. What is wrong with them is told by the work itself.
            }
        }
        // The first step takes up to 1.7 times as long as the others.
        if (isSlow) Pass();
        return Seconds(Pass) * settings.Learning.BatchSize / batch;
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
        return Median(times);
    }

    static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
