using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>A word that is not in the vocabulary, with its vectors.</summary>
/// <param name="Token">The word as written in prompts, for example <c>&lt;asset0&gt;</c>.</param>
/// <param name="Vectors">
/// One or more vectors of <see cref="StableDiffusion.WordWidth"/> values: those for all text encoders, concatenated. In a prompt the word
/// expands to its vectors, in their order.
/// </param>
public sealed record ConceptWord(string Token, IReadOnlyList<float[]> Vectors)
{
    /// <summary>Returns the usual word of a concept: <c>&lt;asset0&gt;</c> for number 0.</summary>
    /// <param name="index">Number of the concept, 0 or more.</param>
    public static string NameOf(int index) => $"<asset{index}>";
}

/// <summary>The published prompt template (method 2).</summary>
static class PhotoPrompt
{
    /// <summary>Beginning of every prompt.</summary>
    public const string Start = "a photo of ";

    /// <summary>Returns the prompt for one or more words: "a photo of &lt;asset0&gt; and &lt;asset1&gt;".</summary>
    public static string Of(params IEnumerable<string> words) => Start + string.Join(" and ", words);
}

/// <summary>
/// Draws pictures from prompts that may contain concept words (method 3). Not thread-safe: use a checkpoint from one thread at a time.
/// </summary>
public sealed class TextToImage
{
    readonly StableDiffusion model;
    readonly PromptEncoder prompts;
    readonly float[] rows;

    /// <summary>Prepares a checkpoint and concept words for drawing.</summary>
    /// <param name="model">The checkpoint. Dispose it only after the last picture.</param>
    /// <param name="concepts">Words that prompts may contain; may be empty. Their vectors are copied.</param>
    /// <exception cref="ArgumentException">
    /// A vector does not have <see cref="StableDiffusion.WordWidth"/> values, or a word has no vector, is given twice, is blank, begins or
    /// ends with a space, or is known to the checkpoint already.
    /// </exception>
    public TextToImage(StableDiffusion model, IReadOnlyList<ConceptWord> concepts)
    {
        foreach (var word in concepts)
            foreach (var vector in word.Vectors)
                if (vector.Length != model.WordWidth)
                    throw new ArgumentException(
                        $"a vector of {word.Token} has {vector.Length} values, but {model.Name} needs {model.WordWidth}; use words that "
                        + "were learned with this checkpoint", nameof(concepts));
        this.model = model;
        prompts = new PromptEncoder(model.Texts, concepts.Select(word => new Placeholder(word.Token, word.Vectors.Count)));
        rows = [.. concepts.SelectMany(word => word.Vectors).SelectMany(vector => vector)];
    }

    /// <summary>
    /// Returns whether a prompt that is all text fits the text positions (<see cref="StableDiffusion.PromptPositions"/>). If not,
    /// <see cref="PromptSyntax.Plain"/> cuts off its end, and other kinds of syntax make several chunks of it.
    /// </summary>
    /// <param name="prompt">A prompt, which may contain the concept words.</param>
    public bool Fits(string prompt) => !prompts.Tokenize(prompt).WasCut;

    /// <summary>Returns the number of chunks of a prompt, 1 or more.</summary>
    /// <exception cref="SettingsException">The prompt has syntax that is not supported, or too many chunks.</exception>
    internal int ChunksOf(string prompt, PromptSyntax syntax) => prompts.ChunksOf(prompt, syntax);

    /// <summary>Draws one picture. The same settings, device and number of threads give the same bytes.</summary>
    /// <param name="settings">Prompts, sampler, size and seed.</param>
    /// <param name="progress">
    /// Receives one <see cref="Advanced"/> per evaluation of the UNet, on the calling thread; <see cref="Evaluations"/> tells how many. The
    /// default is null: nobody is told.
    /// </param>
    /// <param name="stop">Cancels between evaluations. The default cannot be cancelled.</param>
    /// <returns>A picture of the width and height in the settings.</returns>
    /// <exception cref="SettingsException">
    /// The checkpoint cannot draw with these settings, or a prompt has syntax that is not supported.
    /// </exception>
    /// <exception cref="CheckpointException">A part of the checkpoint computes numbers that are not finite.</exception>
    /// <exception cref="OperationCanceledException">Drawing was cancelled.</exception>
    public RgbImage Generate(GenerationSettings settings, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        GenerateAll([settings], progress, stop)[0];

    /// <summary>
    /// Draws several pictures as one batch, which is faster than one by one. Values may differ in their last digits from pictures drawn
    /// alone.
    /// </summary>
    /// <param name="all">Settings of at least one picture. They may differ only in prompts and seed.</param>
    /// <param name="progress">
    /// Receives one <see cref="Advanced"/> per evaluation of the UNet on the batch. The default is null: nobody is told.
    /// </param>
    /// <param name="stop">Cancels between evaluations. The default cannot be cancelled.</param>
    /// <returns>One picture for each of <paramref name="all"/>, in the same order.</returns>
    /// <exception cref="SettingsException">
    /// The checkpoint cannot draw with these settings, or a prompt has syntax that is not supported.
    /// </exception>
    /// <exception cref="CheckpointException">A part of the checkpoint computes numbers that are not finite.</exception>
    /// <exception cref="ArgumentException">Settings differ in more than prompts and seed.</exception>
    /// <exception cref="OperationCanceledException">Drawing was cancelled.</exception>
    public IReadOnlyList<RgbImage> GenerateAll(IReadOnlyList<GenerationSettings> all, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var noise = cat([.. all.Select(one => NoiseOf(one.ValidatedFor(model)))], 0);
        return GenerateAll(all, noise, (_, _) => progress?.Report(new Advanced()), stop);
    }

    /// <summary>Draws the picture that grows from the given noise. Width, height and seed of the settings are ignored.</summary>
    /// <param name="settings">Prompts and sampler.</param>
    /// <param name="noise">
    /// (1,4,h,w) standard normal, on the model's device, for h x w latent cells of <see cref="StableDiffusion.Downscale"/> pixels. It is
    /// neither changed nor disposed of.
    /// </param>
    /// <param name="onStep">
    /// Called after each UNet evaluation with the number done, from 1, and the latent (1,4,h,w), which is valid only during the call. The
    /// default is null: nothing is called.
    /// </param>
    /// <param name="stop">Cancels between evaluations. The default cannot be cancelled.</param>
    /// <returns>A picture with <see cref="StableDiffusion.Downscale"/> pixels per latent cell along a side.</returns>
    /// <exception cref="SettingsException">A setting of the sampler is invalid, or there are too many steps for the schedule.</exception>
    /// <exception cref="CheckpointException">A part of the checkpoint computes numbers that are not finite.</exception>
    /// <exception cref="OperationCanceledException">Drawing was cancelled.</exception>
    public RgbImage Generate(GenerationSettings settings, Tensor noise, Action<int, Tensor>? onStep = null,
        CancellationToken stop = default) =>
        GenerateAll([settings], noise, onStep, stop)[0];

    /// <summary>Returns the number of UNet evaluations per picture: one per sampler step; pndm needs one more from two steps on.</summary>
    /// <param name="sampling">The settings of the sampler, which are not validated here.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sampler cannot take this number of steps with this checkpoint.</exception>
    /// <exception cref="ArgumentException">There is no sampler of that name.</exception>
    public int Evaluations(SamplingSettings sampling) => Samplers.ByName(sampling.Sampler, model.Schedule).Timesteps(sampling.Steps).Count;

    RgbImage[] GenerateAll(IReadOnlyList<GenerationSettings> all, Tensor noise, Action<int, Tensor>? onStep, CancellationToken stop)
    {
        var first = all[0];
        if (all.Any(
            one => one with { Prompt = "", NegativePrompt = "", Seed = 0 } != first with { Prompt = "", NegativePrompt = "", Seed = 0 }))
            throw new ArgumentException("settings of one batch may differ only in prompts and seed", nameof(all));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var sampling = first.Sampling.ValidatedFor(model.Schedule);
        double? guidance = sampling.Guidance > 1 ? sampling.Guidance : null;
        var text = EncodeAll(all, guidance is not null);
        Finite.RequireText(model, text);
        var latent = Samplers.ByName(sampling.Sampler, model.Schedule)
            .Sample(noise, sampling.Steps, (x, t) => Predict(x, t, text, guidance), onStep, stop);
        stop.ThrowIfCancellationRequested();
        Finite.RequireUnet(model, latent);
        var pictures = model.Vae.Decode(latent);
        Finite.RequireVae(model, pictures);
        return [.. all.Select((_, i) => PixelTensor.ToImage(pictures[i]))];
    }

    // (1,4,h,w)
    Tensor NoiseOf(GenerationSettings settings)
    {
        using var random = new RandomStream(settings.Seed, "generation");
        return random.Normal(
            [1, model.VaeConfig.LatentChannels, settings.Height!.Value / model.Downscale, settings.Width!.Value / model.Downscale],
            model.Device);
    }

    /// <summary>Encodes all negative prompts, then all prompts, as one batch; without guidance only the prompts.</summary>
    TextConditioning EncodeAll(IReadOnlyList<GenerationSettings> all, bool guided)
    {
        var concepts = rows.Length == 0 ? null : tensor(rows, device: model.Device).view(-1, model.WordWidth);
        var wanted = all.Select(one => prompts.Encode(one.Prompt, one.Syntax, concepts));
        var unwanted = all.Select(one => prompts.Encode(one.NegativePrompt, one.Syntax, concepts));
        return TextConditioning.Cat([.. guided ? unwanted.Concat(wanted) : wanted]);
    }

    Tensor Predict(Tensor latents, long timestep, TextConditioning text, double? guidance)
    {
        using var scope = NewDisposeScope();
        var timesteps = full([text.Context.shape[0]], timestep, dtype: int64, device: model.Device);
        var prediction = model.Unet.call(guidance is null ? latents : cat([latents, latents], 0), timesteps, text);
        if (guidance is not { } scale) return prediction.MoveToOuterDisposeScope();
        var halves = prediction.chunk(2, 0);
        return (halves[0] + scale * (halves[1] - halves[0])).MoveToOuterDisposeScope();
    }
}
