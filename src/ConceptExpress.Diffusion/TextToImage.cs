using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>A word that is not in the vocabulary, and its token embedding.</summary>
/// <param name="Token">As written in prompts, <c>&lt;asset0&gt;</c>.</param>
/// <param name="Embedding">One value per dimension of the text encoder.</param>
public sealed record ConceptWord(string Token, float[] Embedding);

/// <summary>What to draw, and how.</summary>
public sealed record GenerationSettings
{
    public required string Prompt { get; init; }
    /// <summary>What to steer away from; empty for the unconditional picture.</summary>
    public string NegativePrompt { get; init; } = "";
    /// <summary>Sampler steps, 1 to the schedule's length.</summary>
    public int Steps { get; init; } = 50;
    /// <summary>Classifier-free guidance scale; 1 and below switch it off.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>ddim, pndm or dpm++.</summary>
    public string Sampler { get; init; } = "ddim";
    /// <summary>Pixels; 0 for the resolution that the checkpoint was trained at. A multiple of the autoencoder's downscale.</summary>
    public int Width { get; init; }
    /// <summary>Pixels; see <see cref="Width"/>.</summary>
    public int Height { get; init; }
    public long Seed { get; init; }
}

/// <summary>A finished picture.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rgb">3 * Width * Height bytes, interleaved, row by row.</param>
/// <param name="PromptWasCut">The prompt was longer than the text positions; its end was not drawn.</param>
public sealed record GeneratedPicture(int Width, int Height, byte[] Rgb, bool PromptWasCut);

/// <summary>Draws pictures from prompts that may hold concept words (method 3).</summary>
public sealed class TextToImage
{
    readonly StableDiffusion model;
    readonly PromptEncoder prompts;
    readonly float[] rows;
    readonly int count;

    /// <exception cref="ArgumentException">An embedding has another width than the text encoder, or a word stands twice.</exception>
    public TextToImage(StableDiffusion model, IReadOnlyList<ConceptWord> concepts)
    {
        var width = model.TextConfig.HiddenSize;
        foreach (var word in concepts)
            if (word.Embedding.Length != width)
                throw new ArgumentException($"the embedding of {word.Token} has {word.Embedding.Length} dimensions, the text encoder of {model.Name} has {width}", nameof(concepts));
        this.model = model;
        prompts = new PromptEncoder(model, concepts.Select(word => word.Token));
        (rows, count) = ([.. concepts.SelectMany(word => word.Embedding)], concepts.Count);
    }

    /// <summary>Whether the whole prompt fits the text positions.</summary>
    public bool Fits(string prompt) => !prompts.Tokenize(prompt).WasCut;

    /// <summary>Draws one picture; the same settings on the same device give the same bytes.</summary>
    /// <param name="settings">What and how.</param>
    /// <param name="onStep">Called with the number of UNet evaluations done.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <exception cref="ArgumentException">A size is not a multiple of the downscale, or the sampler is unknown.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public GeneratedPicture Generate(GenerationSettings settings, Action<int>? onStep = null, CancellationToken stop = default) =>
        GenerateAll([settings], onStep, stop)[0];

    /// <summary>Draws several pictures at once, which is faster than one after the other; their bytes may differ from single ones' in last digits.</summary>
    /// <param name="all">What and how: at least one, alike in all but prompts and seed.</param>
    /// <param name="onStep">Called with the number of UNet evaluations done.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <returns>In the order of <paramref name="all"/>.</returns>
    /// <exception cref="ArgumentException">A size is not a multiple of the downscale, the sampler is unknown, or settings differ that must be alike.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<GeneratedPicture> GenerateAll(IReadOnlyList<GenerationSettings> all, Action<int>? onStep = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var noise = cat([.. all.Select(NoiseOf)], 0);
        return GenerateAll(all, noise, (done, _) => onStep?.Invoke(done), stop);
    }

    /// <summary>Draws the picture that a noise leads to; size and seed of the settings are not asked.</summary>
    /// <param name="settings">What and how.</param>
    /// <param name="noise">(1,4,h,w) standard normal, on the model's device.</param>
    /// <param name="onStep">Called with the number of UNet evaluations done, and the latent, which is valid only during the call.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <exception cref="ArgumentException">The sampler is unknown.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public GeneratedPicture Generate(GenerationSettings settings, Tensor noise, Action<int, Tensor>? onStep = null, CancellationToken stop = default) =>
        GenerateAll([settings], noise, onStep, stop)[0];

    GeneratedPicture[] GenerateAll(IReadOnlyList<GenerationSettings> all, Tensor noise, Action<int, Tensor>? onStep, CancellationToken stop)
    {
        var first = all[0];
        if (all.Any(one => one with { Prompt = "", NegativePrompt = "", Seed = 0 } != first with { Prompt = "", NegativePrompt = "", Seed = 0 }))
            throw new ArgumentException("Pictures that are drawn at once differ in prompts and seeds only.", nameof(all));
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        double? guidance = first.Guidance > 1 ? first.Guidance : null;
        var text = EncodeAll(all, guidance is not null);
        var sampler = Samplers.ByName(first.Sampler, model.Schedule);
        var latent = sampler.Sample(noise, first.Steps, (x, t) => Predict(x, t, text, guidance), onStep, stop);
        stop.ThrowIfCancellationRequested();
        var (height, width) = ((int)noise.shape[2] * model.Downscale, (int)noise.shape[3] * model.Downscale);
        var pictures = model.Vae.Decode(latent);
        return [.. all.Select((one, i) => new GeneratedPicture(width, height, Bytes(pictures[i]), !Fits(one.Prompt)))];
    }

    // (1,4,h,w)
    Tensor NoiseOf(GenerationSettings settings)
    {
        using var random = new RandomStream(settings.Seed, "generation");
        return random.Normal([1, model.VaeConfig.LatentChannels, Cells(settings.Height), Cells(settings.Width)], model.Device);
    }

    long Cells(int pixels)
    {
        if (pixels == 0) pixels = model.TrainedResolution;
        if (pixels < 0 || pixels % model.Downscale != 0)
            throw new ArgumentException($"a side of {pixels} pixels is not a multiple of {model.Downscale}, the autoencoder's downscale");
        return pixels / model.Downscale;
    }

    /// <summary>(2B,M,E) all negative prompts, then all others; or (B,M,E) without guidance.</summary>
    Tensor EncodeAll(IReadOnlyList<GenerationSettings> all, bool guided)
    {
        var concepts = count == 0 ? null : tensor(rows, device: model.Device).view(count, -1);
        var wanted = all.Select(one => prompts.Encode(one.Prompt, concepts));
        return cat([.. guided ? all.Select(one => prompts.Encode(one.NegativePrompt, concepts)).Concat(wanted) : wanted], 0);
    }

    Tensor Predict(Tensor latents, long timestep, Tensor text, double? guidance)
    {
        using var scope = NewDisposeScope();
        var timesteps = full([text.shape[0]], timestep, dtype: int64, device: model.Device);
        var prediction = model.Unet.call(guidance is null ? latents : cat([latents, latents], 0), timesteps, text);
        if (guidance is not { } scale) return prediction.MoveToOuterDisposeScope();
        var halves = prediction.chunk(2, 0);
        return (halves[0] + scale * (halves[1] - halves[0])).MoveToOuterDisposeScope();
    }

    /// <summary>(3,H,W) of about [-1,1] to interleaved bytes.</summary>
    static byte[] Bytes(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var scaled = ((picture / 2 + 0.5).clamp(0, 1) * 255).round().to(uint8).cpu();
        return [.. scaled.permute(1, 2, 0).contiguous().data<byte>()];
    }
}
