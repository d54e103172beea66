using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Losses;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: B batch, K tokens of a prompt, R token rows, h x w latent grid, g x g' word grid

/// <summary>Learns token embeddings by masked denoising (method 2). The checkpoint stays frozen.</summary>
public sealed class ConceptLearner : IDisposable
{
    readonly StableDiffusion model;
    readonly LearningTarget target;
    readonly TokenTable table;
    readonly LearningSettings settings;
    readonly LossSettings losses;
    readonly ITrainingDraws draws;
    readonly PromptEncoder prompts;
    readonly TokenOptimizer optimizer;
    int step;

    /// <summary>For proofs: sees the rows' gradient before clipping, and the words' maps (B,K,g,g'), of every step.</summary>
    internal Action<Tensor, Tensor>? Inspect { get; init; }

    public ConceptLearner(StableDiffusion model, LearningTarget target, TokenTable table, LearningSettings settings, LossSettings losses, ITrainingDraws draws)
    {
        this.model = model;
        this.target = target;
        this.table = table;
        this.settings = settings;
        this.losses = losses;
        this.draws = draws;
        prompts = new PromptEncoder(model, table.Words);
        optimizer = new TokenOptimizer(table.Rows, settings.Optimizer, settings.Passes, TokenTable.TypicalLength(model));
    }

    /// <summary>The first phase: every split token with a prompt of its own, and token contrast among all.</summary>
    /// <param name="tokens">Trained in place.</param>
    /// <param name="from">First pass.</param>
    /// <param name="to">One past the last pass.</param>
    /// <param name="report">Receives every step.</param>
    /// <param name="stop">Cancels between steps.</param>
    /// <exception cref="LearningDivergedException">A loss or gradient is not finite.</exception>
    public SplitTokens Run(SplitTokens tokens, int from, int to, Action<OptimizerStepDone>? report, CancellationToken stop)
    {
        var singles = TrainingPrompt.Singles((int)table.Rows.shape[0]);
        var terms = LossTerm.All(losses, split: table.Rows.shape[0] > table.Concepts);
        for (var pass = from; pass < to; pass++) Pass(Phases.LearnSplitTokens, pass, singles, terms, report, stop);
        return tokens;
    }

    /// <summary>The second phase: one prompt per concept, and one with all of them.</summary>
    /// <exception cref="LearningDivergedException">A loss or gradient is not finite.</exception>
    public MergedTokens Run(MergedTokens tokens, int from, int to, Action<OptimizerStepDone>? report, CancellationToken stop)
    {
        var singles = TrainingPrompt.Singles(table.Concepts);
        var terms = LossTerm.All(losses, split: false);
        for (var pass = from; pass < to; pass++)
            Pass(Phases.LearnMergedTokens, pass, [.. singles, TrainingPrompt.Joint(table.Concepts, prompts, draws)], terms, report, stop);
        return tokens;
    }

    void Pass(
        string phase, int pass, IReadOnlyList<TrainingPrompt> passPrompts, IReadOnlyList<LossTerm> terms, Action<OptimizerStepDone>? report, CancellationToken stop)
    {
        var mirrored = settings.Flips && draws.Flip();
        foreach (var prompt in passPrompts)
        {
            stop.ThrowIfCancellationRequested();
            var (values, norm) = Step(pass, prompt, mirrored, terms);
            report?.Invoke(new OptimizerStepDone(phase, pass, step++, prompt.Text, values, norm));
        }
    }

    /// <summary>What a prompt is trained on, and which of its masks the tokens' concepts have. Where there are close-ups, a concept alone sees its own in every other pass.</summary>
    (TrainingView View, long[] Masks) Shown(int pass, TrainingPrompt prompt)
    {
        long[] concepts = [.. prompt.Tokens.Select(t => (long)(t % table.Concepts))];
        return target.CloseUps.Count > 0 && concepts is [var only] && pass % 2 == 0 ? (target.CloseUps[(int)only], [0]) : (target.Whole, concepts);
    }

    (LossValues Losses, double GradientNorm) Step(int pass, TrainingPrompt prompt, bool mirrored, IReadOnlyList<LossTerm> terms)
    {
        using var scope = NewDisposeScope();
        var (shown, masks) = Shown(pass, prompt);
        var view = mirrored ? shown.Mirrored : shown.Upright;
        var shape = view.Posterior.Mean.shape;
        shape[0] = settings.BatchSize;
        var draw = draws.Next(shape, model.Schedule.TrainTimesteps, model.Device);
        var latent = view.Posterior.Sample(draw.PosteriorNoise);
        var noisy = model.Schedule.AddNoise(latent, draw.Noise, draw.Timesteps);

        var ids = prompts.Tokenize(prompt.Text);
        var lookup = prompts.Lookup(ids, table.Rows);
        using var words = new WordAttention(model.Unet, Slots(ids, prompt), Grid.Of(latent));
        var predicted = model.Unet.call(noisy, draw.Timesteps, prompts.Encode(lookup).expand(shape[0], -1, -1));

        var concepts = tensor(masks, dtype: int64, device: model.Device);
        var mask = view.Masks.index_select(0, concepts).amax([0], keepdim: true).unsqueeze(0);     // (1,1,h,w)
        var maps = words.Maps();
        var inputs = new LossInputs(predicted, model.Schedule.TargetOf(latent, draw.Noise, draw.Timesteps), mask, maps,
            view.Features.index_select(0, concepts), table.Rows, table.Concepts);
        var values = terms.Select(term => term.Of(inputs)).ToList();
        var loss = terms.Zip(values, (term, value) => term.Weight == 1 ? value : term.Weight * value).Aggregate((sum, value) => sum + value);
        loss.backward();
        Inspect?.Invoke(table.Rows.grad!, maps);

        var told = new LossValues([.. terms.Zip(values, (term, value) => KeyValuePair.Create(term.Name, (double)value.item<float>()))], loss.item<float>());
        Finite(told.Total, "loss");
        return (told, Finite(optimizer.Step(pass, lookup), "gradient"));
    }

    double Finite(double value, string what) => double.IsFinite(value) ? value : throw new LearningDivergedException(
        $"the {what} is no longer a number at optimizer step {step}; try a lower learning rate (learning.optimizer.learningRate), or fp32 as precision.");

    long[] Slots(TokenizedPrompt ids, TrainingPrompt prompt) =>
        [.. prompt.Tokens.Select(t => (long)Array.IndexOf(ids.Ids, model.Tokenizer.VocabularySize + t))];

    public void Dispose() => optimizer.Dispose();
}
