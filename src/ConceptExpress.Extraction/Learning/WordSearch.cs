using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Losses;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: V vocabulary, E width, S samples, h x w latent grid

/// <summary>
/// Finds where a concept's token should begin: the whole words of the vocabulary that denoise the concept best. Nothing is asked of the
/// checkpoint but that words mean something to it. Where there are too many words to try, the gradient at their mean proposes which.
/// The best one is taken, and the next best are added to it as long as the sum denoises better.
/// </summary>
/// <remarks>Express only; docs/deviations.md.</remarks>
sealed class WordSearch(StableDiffusion model, LearningTarget target, ExtractionSettings settings)
{
    const int MostWords = 3, FewestLetters = 3, LargeLatent = 32 * 32;

    // Share of the schedule on which words are compared: with less noise they hardly matter, with more nothing is left to explain.
    const double FirstTime = 0.3, LastTime = 0.9;

    // On large latents every evaluation is dear, and learning starts from fewer comparisons.
    readonly (int Trials, int Finalists, int Samples) budget =
        target.Upright.Posterior.Mean.shape[2] * target.Upright.Posterior.Mean.shape[3] > LargeLatent ? (12, 4, 4) : (64, 12, 10);

    readonly PromptEncoder prompts = new(model, [TokenTable.Word(0)]);

    readonly long[] words = model.Tokenizer.WholeWords(FewestLetters) is { Count: > 0 } found ? [.. found] : throw new CheckpointException(
        $"{model.Name}: the tokenizer's vocabulary has no whole word of {FewestLetters} letters that a concept's token could start from.");

    /// <summary>How many words will be tried, for all concepts together.</summary>
    public int Trials => target.Concepts * Math.Min(words.Length, budget.Trials);

    /// <summary>One embedding per concept, (n,E) fp32.</summary>
    /// <param name="tried">Called after every word that was tried.</param>
    /// <param name="stop">Cancels.</param>
    public Tensor Starts(Action tried, CancellationToken stop)
    {
        using var random = new RandomStream(settings.Seed, "word search");
        return stack(Enumerable.Range(0, target.Concepts).Select(i => Start(i, random, tried, stop)), 0);
    }

    Tensor Start(int concept, RandomStream random, Action tried, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var trial = Trial.Of(model, target.Upright, concept, budget.Samples, random);
        var ranked = Propose(trial).Select(word => (Word: word, Loss: Try(word))).OrderBy(pair => pair.Loss).Take(budget.Finalists).ToList();

        var (best, bestLoss) = ranked[0];
        for (var count = 1; count < MostWords; count++)
        {
            var sums = ranked.Select(pair => best + pair.Word).Select(sum => (Sum: sum, Loss: LossOf(trial, sum, stop))).ToList();
            var least = sums.MinBy(pair => pair.Loss);
            if (least.Loss >= bestLoss) break;
            (best, bestLoss) = least;
        }
        return best.MoveToOuterDisposeScope();

        double Try(Tensor word)
        {
            var loss = LossOf(trial, word, stop);
            tried();
            return loss;
        }
    }

    /// <summary>The words to try: all of them, or those that the loss's slope at their mean points to.</summary>
    IReadOnlyList<Tensor> Propose(Trial trial)
    {
        var rows = model.TextEncoder.Vocabulary.index_select(0, tensor(words, device: model.Device)).to(float32);
        if (words.Length <= budget.Trials) return [.. Enumerable.Range(0, words.Length).Select(i => rows[i])];
        var mean = rows.mean([0], keepdim: true).detach().requires_grad_(true);
        Loss(trial, mean).backward();
        var descent = rows.mv(-mean.grad![0]);
        return [.. descent.topk(budget.Trials).indexes.cpu().data<long>().Select(i => rows[i])];
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
        var text = prompts.Encode(TrainingPrompt.Of(0).Text, row).expand(budget.Samples, -1, -1);
        return MaskedDenoisingLoss.PerMaskedElement(model.Unet.call(trial.Noisy, trial.Timesteps, text), trial.Wanted, trial.Mask);
    }

    /// <summary>Noised latents on which words are compared, the same for all; timesteps spread over its middle.</summary>
    sealed record Trial(Tensor Noisy, Tensor Wanted, Tensor Timesteps, Tensor Mask)
    {
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
