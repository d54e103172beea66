using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Schedules;
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
    readonly ExtractionSettings settings;
    readonly ITrainingDraws draws;
    readonly PromptEncoder prompts;
    readonly TokenOptimizer optimizer;
    int step;

    /// <summary>For proofs: sees the rows' gradient before clipping, and the words' maps (B,K,g,g'), of every step.</summary>
    internal Action<Tensor, Tensor>? Inspect { get; init; }

    public ConceptLearner(StableDiffusion model, LearningTarget target, TokenTable table, ExtractionSettings settings, ITrainingDraws draws)
    {
        (this.model, this.target, this.table, this.settings, this.draws) = (model, target, table, settings, draws);
        prompts = new PromptEncoder(model, table.Words);
        optimizer = new TokenOptimizer(table.Rows, settings, TokenTable.TypicalLength(model));
    }

    /// <summary>The first phase: every split token with a prompt of its own, and token contrast among all.</summary>
    /// <param name="tokens">Trained in place.</param>
    /// <param name="from">First pass.</param>
    /// <param name="to">One past the last pass.</param>
    /// <param name="report">Receives every step.</param>
    /// <param name="stop">Cancels between steps.</param>
    public SplitTokens Run(SplitTokens tokens, int from, int to, Action<OptimizerStepDone>? report, CancellationToken stop)
    {
        var singles = TrainingPrompt.Singles((int)table.Rows.shape[0]);
        for (var pass = from; pass < to; pass++)
            Pass(ExtractionPhase.LearningSplitTokens, pass, singles, settings.ContrastWeight, report, stop);
        return tokens;
    }

    /// <summary>The second phase: one prompt per concept, and one with all of them.</summary>
    public MergedTokens Run(MergedTokens tokens, int from, int to, Action<OptimizerStepDone>? report, CancellationToken stop)
    {
        var singles = TrainingPrompt.Singles(table.Concepts);
        for (var pass = from; pass < to; pass++)
            Pass(ExtractionPhase.LearningMergedTokens, pass, [.. singles, TrainingPrompt.Joint(table.Concepts, prompts, draws)], 0, report, stop);
        return tokens;
    }

    void Pass(ExtractionPhase phase, int pass, IReadOnlyList<TrainingPrompt> passPrompts, double contrastWeight, Action<OptimizerStepDone>? report, CancellationToken stop)
    {
        var mirrored = settings.Flips && draws.Flip();
        foreach (var prompt in passPrompts)
        {
            stop.ThrowIfCancellationRequested();
            var (losses, norm) = Step(pass, prompt, mirrored, contrastWeight);
            report?.Invoke(new OptimizerStepDone(phase, pass, step++, prompt.Text, losses, norm));
        }
    }

    /// <summary>What a prompt is trained on, and which of its masks the tokens' concepts have. Where there are close-ups, a concept alone sees its own in every other pass.</summary>
    (View View, long[] Masks) Shown(int pass, TrainingPrompt prompt)
    {
        long[] concepts = [.. prompt.Tokens.Select(t => (long)(t % table.Concepts))];
        return target.CloseUps.Count > 0 && concepts is [var only] && pass % 2 == 0 ? (target.CloseUps[(int)only], [0]) : (target.Whole, concepts);
    }

    (LossValues Losses, double GradientNorm) Step(int pass, TrainingPrompt prompt, bool mirrored, double contrastWeight)
    {
        using var scope = NewDisposeScope();
        var (shown, masks) = Shown(pass, prompt);
        var view = mirrored ? shown.Mirrored : shown.Upright;
        var shape = view.Posterior.Mean.shape;
        shape[0] = settings.BatchSize;
        var draw = draws.Next(shape, model.Schedule.TrainTimesteps, model.Device);
        var latent = view.Posterior.Sample(draw.PosteriorNoise);
        var noisy = model.Schedule.AddNoise(latent, draw.Noise, draw.Timesteps);
        var wanted = model.Schedule.PredictionType == PredictionType.Velocity ? model.Schedule.Velocity(latent, draw.Noise, draw.Timesteps) : draw.Noise;

        var ids = prompts.Tokenize(prompt.Text);
        var lookup = prompts.Lookup(ids, table.Rows);
        using var words = new WordAttention(model.Unet, Slots(ids, prompt), shape[2], shape[3]);
        var predicted = model.Unet.call(noisy, draw.Timesteps, prompts.Encode(lookup).expand(shape[0], -1, -1));

        var concepts = tensor(masks, dtype: int64, device: model.Device);
        var mask = view.Masks.index_select(0, concepts).amax([0], keepdim: true).unsqueeze(0);     // (1,1,h,w)
        var denoising = settings.NormaliseByMask ? MaskedDenoisingLoss.PerMaskedElement(predicted, wanted, mask.expand(shape[0], -1, -1, -1)) : MaskedDenoisingLoss.Of(predicted, wanted, mask);
        var maps = words.Maps();
        var alignment = Alignment(maps, view.Features.index_select(0, concepts));
        var contrast = contrastWeight > 0 ? TokenContrastLoss.Of(table.Rows, table.Concepts, settings.ContrastTemperature) : zeros(1, device: model.Device).sum();
        var loss = denoising + settings.AlignmentWeight * alignment + contrastWeight * contrast;
        loss.backward();
        Inspect?.Invoke(table.Rows.grad!, maps);

        var losses = new LossValues(denoising.item<float>(), alignment.item<float>(), contrast.item<float>(), loss.item<float>());
        return (losses, optimizer.Step(pass, lookup));
    }

    /// <summary>Summed over the tokens, averaged over the batch.</summary>
    Tensor Alignment(Tensor maps, Tensor features)
    {
        if (settings.AlignmentWeight == 0) return zeros(1, device: model.Device).sum();
        var targets = AttentionAlignmentLoss.TargetsOn(features, maps.shape[2], maps.shape[3]).unsqueeze(0).expand(maps.shape);
        var (attention, wanted) = (maps.flatten(0, 1), targets.flatten(0, 1));
        var perToken = settings.Alignment == AlignmentKind.EarthMover
            ? AttentionAlignmentLoss.PerToken(attention, wanted)
            : SquaredAlignmentLoss.PerToken(attention, wanted);
        return perToken.sum() / maps.shape[0];
    }

    long[] Slots(TokenizedPrompt ids, TrainingPrompt prompt) =>
        [.. prompt.Tokens.Select(t => (long)Array.IndexOf(ids.Ids, model.Tokenizer.VocabularySize + t))];

    public void Dispose() => optimizer.Dispose();
}
