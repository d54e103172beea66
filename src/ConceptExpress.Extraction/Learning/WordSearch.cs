using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Losses;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: V vocabulary, E width, S samples, h x w latent grid

/// <summary>
/// Finds where a concept's token should begin: the sum of the few whole words of the vocabulary that denoises the concept best. Nothing is asked of the
/// checkpoint but that words mean something to it. Sums grow word by word, a few of them side by side, because a kind may help only once colour and pattern are
/// said; where there are too many words to try, the loss's gradient at the sum so far proposes which.
/// </summary>
/// <remarks>Express only; docs/deviations.md.</remarks>
sealed class WordSearch(StableDiffusion model, LearningTarget target, ExtractionSettings settings)
{
    const int MostWords = 3, FewestLetters = 3, Stride = 3, LargeLatent = 32 * 32;

    // By how much a longer sum must denoise better, as a share of the loss: less is chance.
    const double LeastGain = 0.01;

    // Share of the schedule on which words are compared: with less noise they hardly matter, with more nothing is left to explain.
    const double FirstTime = 0.3, LastTime = 0.9;

    // Words tried as the first word (half as many as a later one), on every Stride-th of so many noised latents; the best sums, tried on all; and the sums that
    // go on. On large latents every evaluation is dear, and learning starts from fewer.
    readonly (int Words, int Finalists, int Beam, int Samples) budget =
        target.Whole.Upright.Posterior.Mean.shape[2] * target.Whole.Upright.Posterior.Mean.shape[3] > LargeLatent ? (9, 3, 1, 3) : (48, 8, 2, 9);

    readonly PromptEncoder prompts = new(model, [TokenTable.Word(0)]);

    readonly long[] words = model.Tokenizer.WholeWords(FewestLetters) is { Count: > 0 } found ? [.. found] : throw new CheckpointException(
        $"{model.Name}: the tokenizer's vocabulary has no whole word of {FewestLetters} letters that a concept's token could start from.");

    /// <summary>How many sums of words will be tried at most, for all concepts together.</summary>
    public int Trials => target.Concepts * (Math.Min(words.Length, budget.Words) + budget.Finalists
        + (MostWords - 1) * (budget.Beam * Math.Min(words.Length, LaterWords) + budget.Finalists));

    int LaterWords => budget.Words / 2;

    /// <summary>One embedding per concept, (n,E) fp32.</summary>
    /// <param name="tried">Called after every sum that was tried.</param>
    /// <param name="stop">Cancels.</param>
    public Tensor Starts(Action tried, CancellationToken stop)
    {
        using var random = new RandomStream(settings.Seed, "word search");
        return stack(Enumerable.Range(0, target.Concepts).Select(i => Start(i, random, tried, stop)), 0);
    }

    Tensor Start(int concept, RandomStream random, Action tried, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var trial = target.CloseUps.Count > 0
            ? Trial.Of(model, target.CloseUps[concept].Upright, 0, budget.Samples, random)
            : Trial.Of(model, target.Whole.Upright, concept, budget.Samples, random);
        var quick = trial.Every(Stride);
        var rows = model.TextEncoder.Vocabulary.index_select(0, tensor(words, device: model.Device)).to(float32);

        Tensor SumOf(WordSum sum) => rows.index_select(0, tensor(sum.Rows, device: model.Device)).sum([0L]);
        WordSum Tried(WordSum sum, Trial trial)
        {
            var loss = LossOf(trial, SumOf(sum), stop);
            tried();
            return sum with { Loss = loss };
        }
        List<WordSum> BestOf(IEnumerable<WordSum> sums) => [.. sums.DistinctBy(sum => sum.Key).Select(sum => Tried(sum, quick)).ToList()
            .OrderBy(sum => sum.Loss).Take(budget.Finalists).Select(sum => Tried(sum, trial)).ToList().OrderBy(sum => sum.Loss).Take(budget.Beam)];

        var beam = BestOf(Propose(trial, rows, rows.mean([0]), budget.Words).Select(word => new WordSum([word])));
        var best = beam[0];
        for (var count = 1; count < MostWords; count++)
        {
            beam = BestOf(beam.SelectMany(sum => Propose(trial, rows, SumOf(sum), LaterWords).Where(word => !sum.Rows.Contains(word)).Select(sum.With)));
            if (beam.Count == 0) break;
            if (beam[0].Loss < best.Loss * (1 - LeastGain)) best = beam[0];
        }
        return SumOf(best).MoveToOuterDisposeScope();
    }

    /// <summary>The words to try, by row: all of them, or those that the loss's slope at <paramref name="at"/> (E) points to.</summary>
    long[] Propose(Trial trial, Tensor rows, Tensor at, int count)
    {
        if (words.Length <= count) return [.. Enumerable.Range(0, words.Length).Select(i => (long)i)];
        using var scope = NewDisposeScope();
        var row = at.detach().clone().unsqueeze(0).requires_grad_(true);
        Loss(trial, row).backward();
        return rows.mv(-row.grad![0]).topk(count).indexes.cpu().data<long>().ToArray();
    }

    double LossOf(Trial trial, Tensor row, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        return Loss(trial, row.unsqueeze(0)).item<float>();
    }

    Tensor Loss(Trial trial, Tensor row)
    {
        var text = prompts.Encode(TrainingPrompt.Of(0).Text, row).expand(trial.Noisy.shape[0], -1, -1);
        return MaskedDenoisingLoss.PerMaskedElement(model.Unet.call(trial.Noisy, trial.Timesteps, text), trial.Wanted, trial.Mask);
    }

    /// <summary>A sum of words, by row, in ascending order.</summary>
    sealed record WordSum(long[] Rows, double Loss = double.PositiveInfinity)
    {
        public string Key { get; } = string.Join(' ', Rows);

        public WordSum With(long word) => new([.. Rows.Append(word).Order()]);
    }

    /// <summary>Noised latents on which words are compared, the same for all; timesteps spread over its middle.</summary>
    sealed record Trial(Tensor Noisy, Tensor Wanted, Tensor Timesteps, Tensor Mask)
    {
        /// <summary>A share of it, spread over the same timesteps.</summary>
        public Trial Every(int stride)
        {
            using var scope = NewDisposeScope();
            var places = arange(stride / 2, Noisy.shape[0], stride, dtype: int64, device: Noisy.device);
            Tensor Some(Tensor all) => all.index_select(0, places).MoveToOuterDisposeScope();
            return new Trial(Some(Noisy), Some(Wanted), Some(Timesteps), Some(Mask));
        }

        public static Trial Of(StableDiffusion model, Orientation view, int concept, int samples, RandomStream random)
        {
            using var quiet = no_grad();
            var (schedule, shape) = (model.Schedule, view.Posterior.Mean.shape);
            shape[0] = samples;
            var latent = view.Posterior.Sample(random.Normal(shape, model.Device));
            var noise = random.Normal(shape, model.Device);
            var timesteps = tensor([.. Enumerable.Range(0, samples).Select(i => (long)(schedule.TrainTimesteps * (FirstTime + (LastTime - FirstTime) * (i + 0.5) / samples)))], dtype: int64, device: model.Device);
            var wanted = schedule.PredictionType == PredictionType.Velocity ? schedule.Velocity(latent, noise, timesteps) : noise;
            var mask = view.Masks[concept].unsqueeze(0).unsqueeze(0).expand(samples, -1, -1, -1);
            return new Trial(schedule.AddNoise(latent, noise, timesteps), wanted, timesteps, mask);
        }
    }
}
