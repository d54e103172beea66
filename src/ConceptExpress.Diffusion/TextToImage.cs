using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>A word that is not in the vocabulary, and its vectors.</summary>
/// <param name="Token">As written in prompts, <c>&lt;asset0&gt;</c>.</param>
/// <param name="Vectors">One or more, each of <see cref="StableDiffusion.WordWidth"/> values: those for all text encoders, side by side. The word stands for them in their order.</param>
public sealed record ConceptWord(string Token, IReadOnlyList<float[]> Vectors)
{
    /// <summary>What the word with this number is called unless somebody renames it: <c>&lt;asset0&gt;</c>.</summary>
    /// <param name="index">Counted from 0.</param>
    public static string NameOf(int index) => $"<asset{index}>";
}

/// <summary>The published prompt template.</summary>
public static class PhotoPrompt
{
    /// <summary>What every prompt begins with.</summary>
    public const string Start = "a photo of ";

    /// <summary>"a photo of &lt;asset0&gt; and &lt;asset1&gt;".</summary>
    public static string Of(params IEnumerable<string> words) => Start + string.Join(" and ", words);
}

/// <summary>Draws pictures from prompts that may hold concept words (method 3).</summary>
public sealed class TextToImage
{
    readonly StableDiffusion model;
    readonly PromptEncoder prompts;
    readonly float[] rows;

    /// <exception cref="ArgumentException">A vector has another width than the checkpoint's, a word has none, or stands twice.</exception>
    public TextToImage(StableDiffusion model, IReadOnlyList<ConceptWord> concepts)
    {
        foreach (var word in concepts)
            foreach (var vector in word.Vectors)
                if (vector.Length != model.WordWidth)
                    throw new ArgumentException($"a vector of {word.Token} has {vector.Length} values, those of {model.Name} have {model.WordWidth}", nameof(concepts));
        this.model = model;
        prompts = new PromptEncoder(model.Texts, concepts.Select(word => new Placeholder(word.Token, word.Vectors.Count)));
        rows = [.. concepts.SelectMany(word => word.Vectors).SelectMany(vector => vector)];
    }

    /// <summary>Whether the whole prompt fits the text positions.</summary>
    public bool Fits(string prompt) => !prompts.Tokenize(prompt).WasCut;

    /// <summary>Draws one picture; the same settings on the same device give the same bytes.</summary>
    /// <param name="settings">What and how.</param>
    /// <param name="progress">Receives an <see cref="Advanced"/> per evaluation of the UNet; see <see cref="Evaluations"/>.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <exception cref="SettingsException">The checkpoint cannot draw these settings.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RgbImage Generate(GenerationSettings settings, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        GenerateAll([settings], progress, stop)[0];

    /// <summary>Draws several pictures at once, which is faster than one after the other; their bytes may differ from single ones' in last digits.</summary>
    /// <param name="all">What and how: at least one, alike in all but prompts and seed.</param>
    /// <param name="progress">Receives an <see cref="Advanced"/> per evaluation of the UNet.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>In the order of <paramref name="all"/>.</returns>
    /// <exception cref="SettingsException">The checkpoint cannot draw these settings.</exception>
    /// <exception cref="ArgumentException">Settings differ that must be alike.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<RgbImage> GenerateAll(IReadOnlyList<GenerationSettings> all, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var noise = cat([.. all.Select(one => NoiseOf(one.ValidatedFor(model)))], 0);
        return GenerateAll(all, noise, (_, _) => progress?.Report(new Advanced()), stop);
    }

    /// <summary>Draws the picture that a noise leads to; size and seed of the settings are not asked.</summary>
    /// <param name="settings">What and how.</param>
    /// <param name="noise">(1,4,h,w) standard normal, on the model's device.</param>
    /// <param name="onStep">Called with the number of UNet evaluations done, and the latent, which is valid only during the call.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <exception cref="SettingsException">The sampler is unknown, or has fewer steps.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RgbImage Generate(GenerationSettings settings, Tensor noise, Action<int, Tensor>? onStep = null, CancellationToken stop = default) =>
        GenerateAll([settings], noise, onStep, stop)[0];

    /// <summary>How often the UNet is evaluated for a picture; some samplers take one more than steps.</summary>
    public int Evaluations(SamplingSettings sampling) => Samplers.ByName(sampling.Sampler, model.Schedule).Timesteps(sampling.Steps).Count;

    RgbImage[] GenerateAll(IReadOnlyList<GenerationSettings> all, Tensor noise, Action<int, Tensor>? onStep, CancellationToken stop)
    {
        var first = all[0];
        if (all.Any(one => one with { Prompt = "", NegativePrompt = "", Seed = 0 } != first with { Prompt = "", NegativePrompt = "", Seed = 0 }))
            throw new ArgumentException("pictures that are drawn at once differ in prompts and seeds only", nameof(all));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var sampling = first.Sampling.ValidatedFor(model.Schedule);
        double? guidance = sampling.Guidance > 1 ? sampling.Guidance : null;
        var text = EncodeAll(all, guidance is not null);
        var latent = Samplers.ByName(sampling.Sampler, model.Schedule).Sample(noise, sampling.Steps, (x, t) => Predict(x, t, text, guidance), onStep, stop);
        stop.ThrowIfCancellationRequested();
        var pictures = model.Vae.Decode(latent);
        return [.. all.Select((_, i) => PixelTensor.ToImage(pictures[i]))];
    }

    // (1,4,h,w)
    Tensor NoiseOf(GenerationSettings settings)
    {
        using var random = new RandomStream(settings.Seed, "generation");
        return random.Normal([1, model.VaeConfig.LatentChannels, settings.Height!.Value / model.Downscale, settings.Width!.Value / model.Downscale], model.Device);
    }

    /// <summary>A batch of all negative prompts, then all others; or of the others alone without guidance.</summary>
    TextConditioning EncodeAll(IReadOnlyList<GenerationSettings> all, bool guided)
    {
        var concepts = rows.Length == 0 ? null : tensor(rows, device: model.Device).view(-1, model.WordWidth);
        var wanted = all.Select(one => prompts.Encode(one.Prompt, concepts));
        return TextConditioning.Cat([.. guided ? all.Select(one => prompts.Encode(one.NegativePrompt, concepts)).Concat(wanted) : wanted]);
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
