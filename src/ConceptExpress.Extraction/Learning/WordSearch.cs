using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

/// <summary>How much a word search does.</summary>
/// <param name="Latents">Noised latents that the UNet evaluates.</param>
/// <param name="Prompts">Prompts that the text encoders read.</param>
readonly record struct SearchWork(double Latents, double Prompts)
{
    /// <summary>Adds two parts of a search.</summary>
    public static SearchWork operator +(SearchWork a, SearchWork b) => new(a.Latents + b.Latents, a.Prompts + b.Prompts);
}

// Shapes: V vocabulary, E width, S samples, h x w latent grid

/// <summary>
/// Finds the start of a concept's token: the sum of a few whole vocabulary words that denoises the concept best. Needs nothing but a
/// meaningful vocabulary. Trying all sums is too expensive, and greedy growth fails: a noun may help only if its color and pattern are
/// named too. So sums are ranked by a linear model: the sum of each word's measured change in the prediction. The best ones are tried, and
/// then the sums that differ from the winner by one word.
/// </summary>
/// <remarks>Express only; docs/deviations.md.</remarks>
sealed class WordSearch(StableDiffusion model, LearningTarget target, WordSearchSettings settings, long seed)
{
    readonly SearchBudget budget = Grid.Of(target.Whole.Upright.Posterior.Mean).Cells > settings.LargeLatent
        ? settings.Large
        : settings.Small;

    readonly long[] words = model.Tokenizer.WholeWords(settings.MinLetters) is { Count: > 0 } found
        ? [.. found]
        : throw new CheckpointException(
        $"{model.Name}: the tokenizer's vocabulary has no whole word of at least {settings.MinLetters} letters for a token to start from; "
            + "lower learning.start.search.minLetters, or choose another learning.start.");

    /// <summary>Maximum number of words and sums that are tried for one concept.</summary>
    public int Trials
    {
        get
        {
            int Of(int sums) => sums + budget.Rounds.SkipLast(1).Sum(round => Math.Min(round.Kept, sums));
            var candidates = Math.Min(words.Length, budget.Words);
            return (AllAreAsked ? words.Length : 0) + candidates + Of(budget.Sums.Sum()) + Of(budget.Sums.Count * candidates);
        }
    }

    /// <summary>The work for one concept at most, for estimates of time.</summary>
    public SearchWork Work
    {
        get
        {
            var candidates = Math.Min(words.Length, budget.Words);
            SearchWork OfSums(int sums)
            {
                var work = new SearchWork(0, 0);
                foreach (var round in budget.Rounds)
                {
                    work += new SearchWork((double)sums * round.Samples, sums);
                    sums = Math.Min(sums, round.Kept);
                }
                return work;
            }
            // The slope of the loss takes about as long as three evaluations.
            double first = AllAreAsked ? 1 + words.Length : 3;
            return new SearchWork(first, first) + new SearchWork((1.0 + candidates) * budget.Samples, 1 + candidates)
                + OfSums(budget.Sums.Sum()) + OfSums(budget.Sums.Count * candidates);
        }
    }

    /// <summary>Latents in one evaluation of the search.</summary>
    public int LatentsAtOnce => budget.AtOnce;

    /// <summary>Does one evaluation as those of the search, for estimates of time.</summary>
    /// <param name="prompts">Number of prompts.</param>
    /// <param name="samples">Number of noised latents of each prompt.</param>
    public void EvaluateOnce(int prompts, int samples)
    {
        using var random = new RandomStream(seed, "estimate");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var trial = Trial.Of(model, target.Whole.Upright, 0, samples, settings, random);
        var mean = model.WordVectors.to(float32).mean([0L], keepdim: true);
        Predicted(trial, mean.repeat(prompts, 1));
    }

    // Depends on the size of the checkpoint's vocabulary: one as large as CLIP's is never measured completely.
    bool AllAreAsked => words.Length <= budget.MaxAsked;

    /// <summary>
    /// Returns the start vector of a concept's tokens, (E) fp32. Every concept has its own stream of random numbers, so it can be searched
    /// without the others.
    /// </summary>
    /// <param name="concept">Number of the concept, counted from 0.</param>
    /// <param name="tried">Called once for every word and sum that was tried.</param>
    /// <param name="stop">Cancels the search.</param>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public Tensor Start(int concept, Action tried, CancellationToken stop)
    {
        using var random = new RandomStream(seed, $"word search/{concept}");
        using var scope = NewDisposeScope();
        var (view, place) = target.CloseUps.Count > 0 ? (target.CloseUps[concept].Upright, 0) : (target.Whole.Upright, concept);
        Trial Samples(int count) => Trial.Of(model, view, place, count, settings, random);
        var vocabulary = model.WordVectors.index_select(0, tensor(words, device: model.Device)).to(float32);
        var candidates = AllAreAsked ? MostTelling(Samples(1), vocabulary, tried, stop) : Steepest(Samples(1), vocabulary);
        var rows = vocabulary.index_select(0, candidates);
        var (first, rounds) = (Samples(budget.Samples), budget.Rounds.Select(round => (round.Kept, Trial: Samples(round.Samples)))
            .ToList());
        var (changes, wanted) = Changes(first, rows, vocabulary, tried, stop);
        Tensor SumOf(WordSum sum) => rows.index_select(0, tensor(sum.Rows, device: model.Device)).sum([0L]);

        // Every round tries the remaining sums on new noised latents, and keeps the best on all latents so far.
        WordSum? BestOf(IEnumerable<long[]> sums)
        {
            List<WordSum> left = [.. sums.Select(sum => new WordSum(sum, settings.MinGain))];
            foreach (var (kept, trial) in rounds)
                left = [.. left.Chunk(Math.Max(1, budget.AtOnce / trial.Samples))
                    .SelectMany(
                        some => some.Zip(LossesOf(trial, stack(some.Select(SumOf), 0), tried, stop),
                        (sum, loss) => sum.Tried(loss, trial.Samples)))
                    .OrderBy(sum => sum.Cost).Take(kept)];
            return left.FirstOrDefault();
        }

        var likely = BestOf(budget.Sums.Index()
            .SelectMany(sums => WordSums.Likely(changes, wanted, sums.Index + 1, sums.Item, settings.Overlap)))!;
        var near = BestOf(WordSums.OneWordFrom(likely.Rows, (int)rows.shape[0], budget.Sums.Count));
        return SumOf(near is not null && near.Cost < likely.Cost ? near : likely).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the numbers of the words whose predictions differ most from the prediction with the vocabulary's mean. A word with little
    /// effect cannot help, and many such words could push out a useful one by chance.
    /// </summary>
    Tensor MostTelling(Trial trial, Tensor vocabulary, Action tried, CancellationToken stop) =>
        Changes(trial, vocabulary, vocabulary, tried,
            stop).OfWords.square().sum([0, 2]).topk((int)Math.Min(budget.Words, vocabulary.shape[0])).indexes;

    /// <summary>
    /// Returns the numbers of the words in whose direction the loss falls most steeply, starting from the vocabulary's mean.
    /// </summary>
    Tensor Steepest(Trial trial, Tensor vocabulary)
    {
        var mean = vocabulary.mean([0L], keepdim: true).requires_grad_(true);
        Losses(trial, mean).sum().backward();
        return vocabulary.mv(-mean.grad![0]).topk((int)Math.Min(budget.Words, vocabulary.shape[0])).indexes;
    }

    /// <summary>
    /// Returns what each of W words changes in the prediction on S noised latents, compared with the vocabulary's mean, (S,W,elements), and
    /// the change that would explain everything, (S,elements). Both are zero outside the mask.
    /// </summary>
    (Tensor OfWords, Tensor Wanted) Changes(Trial trial, Tensor rows, Tensor vocabulary, Action tried, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var without = Predicted(trial, vocabulary.mean([0L], keepdim: true));
        var changes = new List<Tensor>();
        foreach (var some in rows.split(Math.Max(1, budget.AtOnce / trial.Samples)))
        {
            stop.ThrowIfCancellationRequested();
            var predicted = Predicted(trial, some).unflatten(0, [some.shape[0], trial.Samples]);
            changes.Add(((predicted - without) * trial.Mask).flatten(2));
            for (var i = 0; i < some.shape[0]; i++) tried();
        }
        return (cat(changes, 0).transpose(0, 1).contiguous().MoveToOuterDisposeScope(), ((trial.Wanted - without) * trial.Mask).flatten(1)
            .MoveToOuterDisposeScope());
    }

    float[] LossesOf(Trial trial, Tensor rows, Action tried, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var losses = Losses(trial, rows).cpu().data<float>().ToArray();
        foreach (var _ in losses) tried();
        return losses;
    }

    /// <summary>
    /// Returns a loss for each of W rows (W,E), (W): the mean log loss over the samples. The logarithm keeps timesteps that no word can
    /// explain from counting more than others.
    /// </summary>
    Tensor Losses(Trial trial, Tensor rows)
    {
        var (count, samples) = (rows.shape[0], trial.Samples);
        return MaskedDenoisingLoss.OfEach(Predicted(trial, rows), Repeated(trial.Wanted, count), Repeated(trial.Mask, count)).view(count,
            samples).log().mean([1L]);
    }

    /// <summary>Returns the predictions of the UNet with each of W rows (W,E) as the word, on all samples: (W*S,4,h,w).</summary>
    Tensor Predicted(Trial trial, Tensor rows)
    {
        var count = (int)rows.shape[0];
        var prompts = new PromptEncoder(model.Texts, Enumerable.Range(0, count).Select(i => new Placeholder(model.WordNames.Of(i))));
        var text =
            TextConditioning.Cat(
            [.. Enumerable.Range(0, count).Select(i => prompts.Encode(TrainingPrompt.Of(model.WordNames, i).Text, rows))]);
        Finite.RequireText(model, text);
        var predicted = model.Unet.call(Repeated(trial.Noisy, count), Repeated(trial.Timesteps, count), text.RepeatEach(trial.Samples));
        Finite.RequireUnet(model, predicted);
        return predicted;
    }

    static Tensor Repeated(Tensor samples, long count) => samples.repeat([count, .. Enumerable.Repeat(1L, (int)samples.dim() - 1)]);

    /// <summary>A sum of words (as row numbers), with its mean log loss on the samples so far.</summary>
    sealed record WordSum(long[] Rows, double MinGain, double Loss = 0, int Samples = 0)
    {
        // The loss must fall by MinGain for every added word, or the shorter sum wins.
        public double Cost => Loss - Rows.Length * Math.Log(1 - MinGain);

        public WordSum Tried(double loss, int samples) =>
            this with { Loss = (Loss * Samples + loss * samples) / (Samples + samples), Samples = Samples + samples };
    }

    /// <summary>
    /// Noised latents on which words are compared, the same for all words. Timesteps are spread over the schedule's middle.
    /// </summary>
    sealed record Trial(Tensor Noisy, Tensor Wanted, Tensor Timesteps, Tensor Mask)
    {
        public int Samples => (int)Noisy.shape[0];

        public static Trial Of(StableDiffusion model, EncodedPicture view, int concept, int samples, WordSearchSettings settings,
            RandomStream random)
        {
            using var noGrad = no_grad();
            var (schedule, shape) = (model.Schedule, view.Posterior.Mean.shape);
            shape[0] = samples;
            var latent = view.Posterior.Sample(random.Normal(shape, model.Device));
            var noise = random.Normal(shape, model.Device);
            var timesteps =
                tensor([.. Enumerable.Range(0, samples)
                .Select(i =>
                (long)(schedule.TrainTimesteps * (settings.FirstTime + (settings.LastTime - settings.FirstTime) * (i + 0.5) / samples)))],
                dtype: int64, device: model.Device);
            var mask = view.Masks[concept].unsqueeze(0).unsqueeze(0).expand(samples, -1, -1, -1);
            return new Trial(schedule.AddNoise(latent, noise, timesteps), schedule.TargetOf(latent, noise, timesteps), timesteps, mask);
        }
    }
}
