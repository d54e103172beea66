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
    public GeneratedPicture Generate(GenerationSettings settings, Action<int>? onStep = null, CancellationToken stop = default)
    {
        using var random = new RandomStream(settings.Seed, "generation");
        using var noise = random.Normal([1, model.VaeConfig.LatentChannels, Cells(settings.Height), Cells(settings.Width)], model.Device);
        return Generate(settings, noise, (done, _) => onStep?.Invoke(done), stop);
    }

    /// <summary>Draws the picture that a noise leads to; size and seed of the settings are not asked.</summary>
    /// <param name="settings">What and how.</param>
    /// <param name="noise">(1,4,h,w) standard normal, on the model's device.</param>
    /// <param name="onStep">Called with the number of UNet evaluations done, and the latent, which is valid only during the call.</param>
    /// <param name="stop">Cancels between evaluations.</param>
    /// <exception cref="ArgumentException">The sampler is unknown.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public GeneratedPicture Generate(GenerationSettings settings, Tensor noise, Action<int, Tensor>? onStep = null, CancellationToken stop = default)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        double? guidance = settings.Guidance > 1 ? settings.Guidance : null;
        var text = EncodeBoth(settings, guidance is not null);
        var sampler = Samplers.ByName(settings.Sampler, model.Schedule);
        var latent = sampler.Sample(noise, settings.Steps, (x, t) => Predict(x, t, text, guidance), onStep, stop);
        stop.ThrowIfCancellationRequested();
        var (height, width) = ((int)noise.shape[2] * model.Downscale, (int)noise.shape[3] * model.Downscale);
        return new GeneratedPicture(width, height, Bytes(model.Vae.Decode(latent)), !Fits(settings.Prompt));
    }

    long Cells(int pixels)
    {
        if (pixels == 0) pixels = model.TrainedResolution;
        if (pixels < 0 || pixels % model.Downscale != 0)
            throw new ArgumentException($"a side of {pixels} pixels is not a multiple of {model.Downscale}, the autoencoder's downscale");
        return pixels / model.Downscale;
    }

    /// <summary>(2,M,E) negative and positive, or (1,M,E) without guidance.</summary>
    Tensor EncodeBoth(GenerationSettings settings, bool guided)
    {
        var concepts = count == 0 ? null : tensor(rows, device: model.Device).view(count, -1);
        var wanted = prompts.Encode(settings.Prompt, concepts);
        return guided ? cat([prompts.Encode(settings.NegativePrompt, concepts), wanted], 0) : wanted;
    }

    Tensor Predict(Tensor latent, long timestep, Tensor text, double? guidance)
    {
        using var scope = NewDisposeScope();
        var batch = text.shape[0];
        var timesteps = full([batch], timestep, dtype: int64, device: model.Device);
        var prediction = model.Unet.call(latent.expand(batch, -1, -1, -1), timesteps, text);
        if (guidance is not { } scale) return prediction.MoveToOuterDisposeScope();
        var halves = prediction.chunk(2, 0);
        return (halves[0] + scale * (halves[1] - halves[0])).MoveToOuterDisposeScope();
    }

    /// <summary>(1,3,H,W) of about [-1,1] to interleaved bytes.</summary>
    static byte[] Bytes(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var scaled = ((picture / 2 + 0.5).clamp(0, 1) * 255).round().to(uint8).cpu();
        return [.. scaled[0].permute(1, 2, 0).contiguous().data<byte>()];
    }
}
