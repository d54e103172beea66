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
/// said. Where words are few, those are tried that change most of what the checkpoint sees in the picture; where they are many, the loss's gradient at the sum
/// so far proposes which.
/// </summary>
/// <remarks>Express only; docs/deviations.md.</remarks>
sealed class WordSearch(StableDiffusion model, LearningTarget target, ExtractionSettings settings)
{
    const int FewestLetters = 3;
    const long LargeLatent = 32 * 32;

    // By how much a longer sum must denoise better, as a share of the loss: less is chance.
    const double LeastGain = 0.01;

    // Share of the schedule on which words are compared: with less noise they hardly matter, with more nothing is left to explain.
    const double FirstTime = 0.3, LastTime = 0.9;

    // On large latents every evaluation is dear, and learning starts from fewer.
    static readonly Budget
        Small = new(Asked: 512, First: 48, Later: 24, AtOnce: 12, Beams: [3, 2], [new(3, 16), new(6, 3)]),
        Large = new(Asked: 0, First: 9, Later: 4, AtOnce: 3, Beams: [1, 1], [new(1, 3), new(2, 1)]);

    readonly Budget budget = target.Whole.Upright.Posterior.Mean.shape[2] * target.Whole.Upright.Posterior.Mean.shape[3] > LargeLatent ? Large : Small;

    readonly long[] words = model.Tokenizer.WholeWords(FewestLetters) is { Count: > 0 } found ? [.. found] : throw new CheckpointException(
        $"{model.Name}: the tokenizer's vocabulary has no whole word of {FewestLetters} letters that a concept's token could start from.");

    /// <summary>How many words and sums of words will be tried at most, for all concepts together.</summary>
    public int Trials
    {
        get
        {
            int Of(int sums) => sums + budget.Rounds.SkipLast(1).Sum(round => Math.Min(round.Kept, sums));
            var later = AllAreAsked ? Math.Min(words.Length, budget.First) : Math.Min(words.Length, budget.Later);
            return target.Concepts * ((AllAreAsked ? words.Length : 0) + Of(Math.Min(words.Length, budget.First)) + budget.Beams.Sum(beam => Of(beam * later)));
        }
    }

    // Their number is the checkpoint's, not the picture's: a vocabulary as large as CLIP's is never asked as a whole.
    bool AllAreAsked => words.Length <= budget.Asked;

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
        var (view, place) = target.CloseUps.Count > 0 ? (target.CloseUps[concept].Upright, 0) : (target.Whole.Upright, concept);
        var rows = model.TextEncoder.Vocabulary.index_select(0, tensor(words, device: model.Device)).to(float32);
        var telling = AllAreAsked ? MostTelling(Trial.Of(model, view, place, 1, random), rows, tried, stop) : null;
        var rounds = budget.Rounds.Select(round => (round.Kept, Trial: Trial.Of(model, view, place, round.Samples, random))).ToList();
        Tensor SumOf(WordSum sum) => rows.index_select(0, tensor(sum.Rows, device: model.Device)).sum([0L]);
        long[] Proposed(Tensor at, int count) => telling ?? Steepest(rounds[^1].Trial, rows, at, count);

        // In every round the sums that are left are tried on other noised latents, and the best on all so far go on.
        List<WordSum> BestOf(IEnumerable<WordSum> sums)
        {
            List<WordSum> left = [.. sums.DistinctBy(sum => sum.Key)];
            foreach (var (kept, trial) in rounds)
                left = [.. left.Chunk(Math.Max(1, budget.AtOnce / trial.Samples))
                    .SelectMany(some => some.Zip(LossesOf(trial, stack(some.Select(SumOf), 0), tried, stop), (sum, loss) => sum.Tried(loss, trial.Samples)))
                    .OrderBy(sum => sum.Loss).Take(kept)];
            return left;
        }

        var beam = BestOf(Proposed(rows.mean([0L]), budget.First).Select(word => new WordSum([word])));
        var best = beam[0];
        foreach (var width in budget.Beams)
        {
            beam = BestOf(beam.Take(width).SelectMany(sum => Proposed(SumOf(sum), budget.Later).Where(word => !sum.Rows.Contains(word)).Select(sum.With)));
            if (beam.Count == 0) break;
            if (beam[0].Loss < best.Loss + Math.Log(1 - LeastGain)) best = beam[0];
        }
        return SumOf(best).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The words, by row, with which the checkpoint predicts most otherwise than with the vocabulary's mean. A word that says little cannot help, and many such
    /// words would by chance push out one that does.
    /// </summary>
    long[] MostTelling(Trial trial, Tensor rows, Action tried, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var without = Predicted(trial, rows.mean([0L], keepdim: true));
        var changes = new List<float>();
        foreach (var some in rows.split(budget.AtOnce / trial.Samples))
        {
            stop.ThrowIfCancellationRequested();
            using var each = NewDisposeScope();
            changes.AddRange(((Predicted(trial, some) - without) * trial.Mask).square().sum([1, 2, 3]).cpu().data<float>());
            for (var i = 0; i < some.shape[0]; i++) tried();
        }
        return [.. changes.Index().OrderByDescending(change => change.Item).Take(budget.First).Select(change => (long)change.Index).Order()];
    }

    /// <summary>The words, by row, that the loss's slope at <paramref name="at"/> (E) points to.</summary>
    long[] Steepest(Trial trial, Tensor rows, Tensor at, int count)
    {
        using var scope = NewDisposeScope();
        var row = at.detach().clone().unsqueeze(0).requires_grad_(true);
        Losses(trial, row).sum().backward();
        return rows.mv(-row.grad![0]).topk((int)Math.Min(count, rows.shape[0])).indexes.cpu().data<long>().ToArray();
    }

    float[] LossesOf(Trial trial, Tensor rows, Action tried, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var losses = Losses(trial, rows).cpu().data<float>().ToArray();
        foreach (var _ in losses) tried();
        return losses;
    }

    /// <summary>The loss of each of W rows (W,E), (W): the mean of its logarithm, so that no timestep counts more because nothing could explain it.</summary>
    Tensor Losses(Trial trial, Tensor rows)
    {
        var (count, samples) = (rows.shape[0], trial.Samples);
        return MaskedDenoisingLoss.OfEach(Predicted(trial, rows), Repeated(trial.Wanted, count), Repeated(trial.Mask, count)).view(count, samples).log().mean([1L]);
    }

    /// <summary>What the UNet predicts with each of W rows (W,E) as the word, on all samples, (W * samples,4,h,w).</summary>
    Tensor Predicted(Trial trial, Tensor rows)
    {
        var count = (int)rows.shape[0];
        var prompts = new PromptEncoder(model, Enumerable.Range(0, count).Select(TokenTable.Word));
        var text = cat([.. Enumerable.Range(0, count).Select(i => prompts.Encode(TrainingPrompt.Of(i).Text, rows))], 0);
        return model.Unet.call(Repeated(trial.Noisy, count), Repeated(trial.Timesteps, count), text.repeat_interleave(trial.Samples, 0));
    }

    static Tensor Repeated(Tensor samples, long count) => samples.repeat([count, .. Enumerable.Repeat(1L, (int)samples.dim() - 1)]);

    /// <summary>How much is tried.</summary>
    /// <param name="Asked">Where there are at most so many words, all are asked what they change, and the same ones are tried everywhere.</param>
    /// <param name="First">Words tried as the first word.</param>
    /// <param name="Later">Words tried beside a sum where not all were asked.</param>
    /// <param name="AtOnce">Noised latents in one evaluation of the UNet.</param>
    /// <param name="Beams">Sums that grow by a second word, and by a third.</param>
    /// <param name="Rounds">How sums are weeded out.</param>
    sealed record Budget(int Asked, int First, int Later, int AtOnce, IReadOnlyList<int> Beams, IReadOnlyList<Round> Rounds);

    /// <param name="Samples">Noised latents on which each sum is tried.</param>
    /// <param name="Kept">Sums that go on.</param>
    sealed record Round(int Samples, int Kept);

    /// <summary>A sum of words, by row, in ascending order, and the mean logarithm of its loss on the samples so far.</summary>
    sealed record WordSum(long[] Rows, double Loss = 0, int Samples = 0)
    {
        public string Key { get; } = string.Join(' ', Rows);

        public WordSum With(long word) => new([.. Rows.Append(word).Order()]);

        public WordSum Tried(double loss, int samples) => this with { Loss = (Loss * Samples + loss * samples) / (Samples + samples), Samples = Samples + samples };
    }

    /// <summary>Noised latents on which words are compared, the same for all; timesteps spread over the schedule's middle.</summary>
    sealed record Trial(Tensor Noisy, Tensor Wanted, Tensor Timesteps, Tensor Mask)
    {
        public int Samples => (int)Noisy.shape[0];

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
