using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Losses;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: B batch, K tokens of a prompt, D vectors per token, R rows, E width, h x w latent grid, g x g' word grid

/// <summary>
/// Learns the vectors of words by masked denoising (method 2). The checkpoint stays frozen; the result is a <see cref="LearningState"/>.
/// </summary>
sealed class ConceptLearner
{
    readonly StableDiffusion model;
    readonly LearningTarget target;
    readonly LearningSettings settings;
    readonly LossSettings losses;
    readonly ITrainingDraws draws;
    readonly TokenOptimizer optimizer;
    (int Tokens, int Vectors, PromptEncoder Prompts)? known; // a tokenizer with added words is slow to build

    /// <summary>For tests: receives the rows' gradient (R,E) before clipping, and the words' maps (B,K,g,g'), of every step.</summary>
    internal Action<Tensor, Tensor>? Inspect { get; init; }

    /// <summary>Creates a learner. Model and target stay the caller's to dispose of.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="target">The picture with its concepts.</param>
    /// <param name="settings">Optimizer, number of passes, batch size and flips. The tokens come with the state.</param>
    /// <param name="losses">The losses and their weights.</param>
    /// <param name="draws">Source of the random numbers.</param>
    public ConceptLearner(StableDiffusion model, LearningTarget target, LearningSettings settings, LossSettings losses,
        ITrainingDraws draws)
    {
        this.model = model;
        this.target = target;
        this.settings = settings;
        this.losses = losses;
        this.draws = draws;
        optimizer = new TokenOptimizer(settings.Optimizer, settings.Passes, TokenTable.TypicalLength(model));
    }

    /// <summary>
    /// Does one pass of the first phase: every split token with its own prompt, and token contrast between all of them if concepts have
    /// several.
    /// </summary>
    /// <param name="state">The state before the pass; it is not changed.</param>
    /// <param name="report">Receives every optimizer step; null for no reports.</param>
    /// <param name="stop">Cancels between steps.</param>
    /// <returns>The state after the pass.</returns>
    /// <exception cref="LearningDivergedException">A loss, a gradient or a row is not finite.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public SplitState Pass(SplitState state, Action<OptimizerStepDone>? report, CancellationToken stop) =>
        Pass(state, Phases.LearnSplitTokens, (_, _) => TrainingPrompt.Singles(model.WordNames, state.Tokens), split: state.SplitTokens > 1,
            report, stop);

    /// <summary>
    /// Does one pass of the second phase: one prompt per concept, and a joint prompt with all of them. Parameters and exceptions are those
    /// of <see cref="Pass(SplitState, Action{OptimizerStepDone}?, CancellationToken)"/>.
    /// </summary>
    public MergedState Pass(MergedState state, Action<OptimizerStepDone>? report, CancellationToken stop) =>
        Pass(state, Phases.LearnMergedTokens,
            (prompts, numbers) =>
                [.. TrainingPrompt.Singles(model.WordNames, state.Concepts),
                TrainingPrompt.Joint(model.WordNames, state.Concepts, prompts, numbers)],
            split: false, report, stop);

    TState Pass<TState>(TState state, string phase, Func<PromptEncoder, IPassDraws, IReadOnlyList<TrainingPrompt>> promptsOf, bool split,
        Action<OptimizerStepDone>? report, CancellationToken stop) where TState : LearningState
    {
        using var scope = NewDisposeScope();
        using var numbers = draws.OfPass(state.Pass, state.Step);
        Tensor Loaded(float[] values) => tensor(values, device: model.Device).view(-1, state.Width);
        var (rows, first, second) = (Loaded(state.Rows).requires_grad_(true), Loaded(state.First), Loaded(state.Second));
        var prompts = PromptsOf(state);
        var (terms, mirrored) = (LossTerm.All(losses, split), settings.Flips && numbers.Flip());
        var (told, step) = (new List<LossValues>(), state.Step);
        foreach (var prompt in promptsOf(prompts, numbers))
        {
            stop.ThrowIfCancellationRequested();
            using var each = NewDisposeScope();
            var (values, lookup) = Backward(state, rows, prompt, prompts, numbers, mirrored, terms, step);
            var norm = Finite(optimizer.Step(rows, first, second, state.Pass, step, lookup), "gradient", step);
            told.Add(values);
            report?.Invoke(new OptimizerStepDone(phase, state.Pass, step++, prompt.Text, values, norm));
        }
        float[] Stored(Tensor values) => values.detach().cpu().data<float>().ToArray();
        var learned = Stored(rows);
        foreach (var value in learned) Finite(value, "embedding", step - 1);
        return state with
        {
            Rows = learned,
            First = Stored(first),
            Second = Stored(second),
            Pass = state.Pass + 1,
            Step = step,
            Losses = LossValues.MeanOf(told)
        };
    }

    /// <summary>
    /// Returns the view for a prompt, and the numbers of its tokens' masks in this view. If there are close-ups, a prompt with one concept
    /// gets the concept's close-up in every second pass.
    /// </summary>
    (TrainingView View, long[] Masks) Shown(LearningState state, TrainingPrompt prompt)
    {
        long[] concepts = [.. prompt.Tokens.Select(t => (long)(t % state.Concepts))];
        return target.CloseUps.Count > 0 && concepts is [var only] && state.Pass % 2 == 0
            ? (target.CloseUps[(int)only], [0])
            : (target.Whole, concepts);
    }

    /// <summary>Does the forward and backward pass of one prompt. The gradient is left in the rows (R,E).</summary>
    (LossValues Losses, PromptLookup Lookup) Backward(LearningState state, Tensor rows, TrainingPrompt prompt, PromptEncoder prompts,
        IPassDraws numbers,
        bool mirrored, IReadOnlyList<LossTerm> terms, int step)
    {
        var (shown, masks) = Shown(state, prompt);
        var view = mirrored ? shown.Mirrored : shown.Upright;
        var shape = view.Posterior.Mean.shape;
        shape[0] = settings.BatchSize;
        var draw = numbers.Next(shape, model.Schedule.TrainTimesteps, model.Device);
        var latent = view.Posterior.Sample(draw.PosteriorNoise);
        var noisy = model.Schedule.AddNoise(latent, draw.Noise, draw.Timesteps);

        var (lookup, target) = (prompts.Lookup(prompt.Text, rows), model.Schedule.TargetOf(latent, draw.Noise, draw.Timesteps));
        var ids = prompts.Tokenize(prompt.Text);
        var concepts = tensor(masks, dtype: int64, device: model.Device);
        var mask = view.Masks.index_select(0, concepts).amax([0], keepdim: true).unsqueeze(0);     // (1,1,h,w)
        var features = view.Features.index_select(0, concepts);
        var slots = prompt.Tokens.Select(t => prompts.PositionsOf(model.WordNames.Of(t), ids)).ToList();
        var maps = new List<Tensor>();

        LossValues Part(TextConditioning text, long from, long count)
        {
            using var words = new WordAttention(model.Unet, slots, Grid.Of(latent));
            var predicted = model.Unet.call(noisy.narrow(0, from, count), draw.Timesteps.narrow(0, from, count), text.Expand(count));
            var (map, share) = (words.Maps(), (double)count / shape[0]);
            if (Inspect is not null) maps.Add(map.detach().MoveToOuterDisposeScope()); // a part ends before the step
            var inputs = new LossInputs(predicted, target.narrow(0, from, count), mask, map, features, rows.view(state.Tokens, -1),
                state.Concepts);
            var values = terms.Select(term => term.Of(inputs)).ToList();
            var loss = terms.Zip(values, (term, value) => term.Weight == 1 ? value : term.Weight * value)
                .Aggregate((sum, value) => sum + value);
            (share == 1 ? loss : loss * share).backward();
            return new LossValues(
                [.. terms.Zip(values, (term, value) => KeyValuePair.Create(term.Name, (double)value.item<float>()))], loss.item<float>());
        }

        var told = InParts(prompts.Encode(lookup), shape[0], Part);
        Inspect?.Invoke(rows.grad!, cat(maps, 0));
        Finite(told.Total, "loss", step);
        return (told, lookup);
    }

    /// <summary>
    /// Runs the UNet's part of a step on as many noised latents at once as the settings allow. The text is encoded, and its gradient
    /// propagated, only once.
    /// </summary>
    LossValues InParts(TextConditioning text, long batch, Func<TextConditioning, long, long, LossValues> part)
    {
        if (settings.AtOnce is not { } most || most >= batch) return part(text, 0, batch);
        var leaf = text with { Context = text.Context.detach().requires_grad_(true) };
        List<LossValues> told = [];
        for (long from = 0; from < batch; from += most)
        {
            using var each = NewDisposeScope();
            var count = Math.Min(most, batch - from);
            var values = part(leaf, from, count);
            told.AddRange(Enumerable.Repeat(values, (int)count)); // so that the mean is that of the batch
        }
        (text.Context * leaf.Context.grad!).sum().backward();
        return LossValues.MeanOf(told)!;
    }

    PromptEncoder PromptsOf(LearningState state)
    {
        if (known is { } last && (last.Tokens, last.Vectors) == (state.Tokens, state.Vectors)) return last.Prompts;
        var prompts = new PromptEncoder(model.Texts, Enumerable.Range(0, state.Tokens)
            .Select(t => new Placeholder(model.WordNames.Of(t), state.Vectors)));
        known = (state.Tokens, state.Vectors, prompts);
        return prompts;
    }

    double Finite(double value, string what, int step) => double.IsFinite(value) ? value : throw new LearningDivergedException(
        $"the {what} is not finite at optimizer step {step}; try a lower learning rate (learning.optimizer.learningRate, now {Rate}), or "
            + "precision fp32.");

    string Rate => settings.Optimizer.LearningRate.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
