using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>
/// A Stable Diffusion 1.x or 2.x checkpoint in the diffusers layout, frozen, on one device. Not thread-safe: use it from one thread at a
/// time.
/// </summary>
public sealed class StableDiffusion : IDisposable
{
    // Begin of text, "a photo of", one concept, end of text, and two to spare.
    const int MinPrompt = 8;

    const string Index = "model_index.json";

    readonly StableDiffusionParts parts;

    StableDiffusion(string folder, Device device, StableDiffusionParts parts)
    {
        (Folder, Device) = (Path.GetFullPath(folder), device);
        this.parts = parts;
        WordNames = WordNames.FreeIn(parts.Texts[0].Tokenizer);
    }

    /// <summary>Full path of the checkpoint's folder.</summary>
    public string Folder { get; }

    /// <summary>Name of the folder, without its path.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    /// <summary>The device that holds all weights.</summary>
    public Device Device { get; }

    /// <summary>
    /// Paths of the files covered by <see cref="Fingerprint"/>: all that the checkpoint was read from, and <c>model_index.json</c> if it
    /// exists. Other files in the folder (a safety checker, a model card, an unused variant) are not included.
    /// </summary>
    public IReadOnlyList<string> Files => parts.Files;

    /// <summary>The text encoders, one or more, in the order in which their vectors are concatenated.</summary>
    internal IReadOnlyList<TextEncoderPart> Texts => parts.Texts;

    /// <summary>The denoiser.</summary>
    internal UNet2DConditionModel Unet => parts.Unet;

    /// <summary>The autoencoder. It computes in fp32 if the precision is fp16.</summary>
    internal AutoencoderKL Vae => parts.Vae;

    /// <summary>Noise levels of the training timesteps.</summary>
    internal NoiseSchedule Schedule => parts.Schedule;

    internal UnetConfig UnetConfig => parts.UnetConfig;

    internal VaeConfig VaeConfig => parts.VaeConfig;

    /// <summary>Tokenizer of the first text encoder. The tokenizers of all encoders know the same words.</summary>
    internal ClipTokenizer Tokenizer => Texts[0].Tokenizer;

    /// <summary>How words that are learned on this checkpoint are called.</summary>
    internal WordNames WordNames { get; }

    /// <summary>Number of values in one vector of a word: the sum of the widths of all text encoders.</summary>
    public int WordWidth => Texts.Sum(text => text.Width);

    /// <summary>
    /// Frozen vectors of the vocabulary, (V,<see cref="WordWidth"/>): a view if there is one text encoder, else a new tensor.
    /// </summary>
    internal Tensor WordVectors => Texts is [var only] ? only.Words : cat([.. Texts.Select(text => text.Words)], 1);

    /// <summary>Pixels per latent cell along a side, a power of two. Sides of pictures are multiples of it.</summary>
    public int Downscale => VaeConfig.Downscale;

    /// <summary>
    /// Side of the pictures that the checkpoint was trained on, in pixels; 64 latent cells if the configuration does not say.
    /// </summary>
    public int TrainedResolution => (UnetConfig.SampleSize ?? 64) * Downscale;

    /// <summary>Number of tokens in an encoded prompt, begin and end of text included; 8 or more.</summary>
    public int PromptPositions => Tokenizer.ModelMaxLength;

    /// <summary>Loads a checkpoint. Weights that are stored in another precision are converted.</summary>
    /// <param name="folder">Folder of the checkpoint, with the subfolders tokenizer, text_encoder, unet, vae and scheduler.</param>
    /// <param name="precision">The type that the UNet and the autoencoder compute in. The default is fp32.</param>
    /// <param name="device">The device for all weights. The default is null: the CPU.</param>
    /// <returns>The checkpoint, which the caller disposes of.</returns>
    /// <exception cref="CheckpointException">
    /// A part is missing, damaged or does not fit its configuration; the message names the file or tensor.
    /// </exception>
    public static StableDiffusion Load(string folder, ComputePrecision precision = ComputePrecision.Fp32, Device? device = null)
    {
        if (!Directory.Exists(folder)) throw new CheckpointException($"The model folder {folder} does not exist; check the path.");
        device ??= CPU;
        string Part(string name) => Directory.Exists(Path.Combine(folder, name))
            ? Path.Combine(folder, name)
            : throw new CheckpointException(
                $"The model folder {folder} has no {name} folder; a checkpoint in the diffusers layout needs it.");
        string Config(string part) => Path.Combine(Part(part), "config.json");

        // Small parts first, so that their errors show before gigabytes are read.
        var schedule = NoiseSchedule.Load(Part("scheduler"));
        var textConfig = ConfigCheck.Read<ClipTextConfig>(Config("text_encoder")).Validated(Config("text_encoder"));
        var tokenizer = ClipTokenizer.Load(Part("tokenizer"), textConfig.Positions);
        var unetConfig = ConfigCheck.Read<UnetConfig>(Config("unet")).Validated(Config("unet"));
        var vaeConfig = ConfigCheck.Read<VaeConfig>(Config("vae")).Validated(Config("vae"));
        CheckTogether(folder, textConfig, unetConfig, vaeConfig, tokenizer);

        // fp16 overflows in the autoencoder, and the small gradients of words vanish in a half-precision text encoder.
        var (type, vaeType) = (precision.Type(), precision == ComputePrecision.Fp16 ? ScalarType.Float32 : precision.Type());
        List<string> files = [.. tokenizer.Files, Path.Combine(folder, "scheduler", NoiseSchedule.FileName), Config("text_encoder"),
            Config("unet"), Config("vae")];
        if (File.Exists(Path.Combine(folder, Index))) files.Add(Path.Combine(folder, Index));
        var parts = new StableDiffusionParts
        {
            Schedule = schedule,
            UnetConfig = unetConfig,
            VaeConfig = vaeConfig,
            Texts = [new TextEncoderPart(tokenizer, LoadPart(() => new ClipTextModel(textConfig), Part("text_encoder"),
                precision == ComputePrecision.Fp64 ? type : ScalarType.Float32, device, files), textConfig)],
            Unet = LoadPart(() => new UNet2DConditionModel(unetConfig), Part("unet"), type, device, files),
            Vae = LoadPart(() => new AutoencoderKL(vaeConfig), Part("vae"), vaeType, device, files),
            Files = files,
        };
        return new StableDiffusion(folder, device, parts);
    }

    /// <summary>Loads only the autoencoder of a checkpoint, from the subfolder <c>vae</c>.</summary>
    /// <exception cref="CheckpointException">
    /// It is missing, damaged or does not fit its configuration; the message names the file or tensor.
    /// </exception>
    internal static AutoencoderKL LoadVae(string folder, ComputePrecision precision = ComputePrecision.Fp32, Device? device = null)
    {
        var (part, type) = (Path.Combine(folder, "vae"), precision == ComputePrecision.Fp16 ? ScalarType.Float32 : precision.Type());
        var config = Path.Combine(part, "config.json");
        var validated = ConfigCheck.Read<VaeConfig>(config).Validated(config);
        return LoadPart(() => new AutoencoderKL(validated), part, type, device ?? CPU, []);
    }

    /// <summary>
    /// Returns the SHA-256 of <see cref="Files"/> and their names: "sha256:" and 64 lower-case hexadecimal digits. The process reads a file
    /// again only if its size or time of change differs from the last call.
    /// </summary>
    /// <exception cref="CheckpointException">A file can no longer be read.</exception>
    public string Fingerprint() => "sha256:" + FileDigest.Of(Folder, Files);

    /// <summary>Checks the side of a picture, and returns it, or <see cref="TrainedResolution"/> if it is null.</summary>
    /// <param name="setting">Name of the setting, for the message.</param>
    /// <param name="pixels">Side in pixels, or null.</param>
    /// <exception cref="SettingsException">
    /// The side is not a multiple of <see cref="Downscale"/>; the message names the nearest multiple.
    /// </exception>
    internal int SideFor(string setting, int? pixels)
    {
        if (pixels is not { } side) return TrainedResolution;
        var nearest = Math.Clamp((side + Downscale / 2) / Downscale * Downscale,
            (SettingsCheck.MinSide + Downscale - 1) / Downscale * Downscale, SettingsCheck.MaxSide / Downscale * Downscale);
        SettingsCheck.Rule(side % Downscale == 0 && side > 0,
            $"{setting} {side} is not a multiple of {Downscale}, which {Name} requires; try {nearest}.");
        return side;
    }

    static T LoadPart<T>(Func<T> create, string folder, ScalarType type, Device device, List<string> files) where T : nn.Module
    {
        using var weights = WeightFiles.Open(folder);
        using var placement = Placement.Use(type, device);
        var module = create();
        Func<string, string>? rename = module is AutoencoderKL ? WeightNames.FromOldVaeAttention : null;
        StrictLoader.Load(module, weights, $"{Path.GetFileName(folder)} of {Path.GetDirectoryName(folder)}", rename,
            WeightNames.IsPositionIds);
        module.eval();
        foreach (var tensor in module.state_dict().Values) tensor.DetachFromDisposeScope(); // the checkpoint outlives the caller's scope
        files.AddRange(weights.Files);
        return module;
    }

    static void CheckTogether(string folder, ClipTextConfig text, UnetConfig unet, VaeConfig vae, ClipTokenizer tokenizer)
    {
        void Require(bool agrees, string problem)
        {
            if (!agrees)
                throw new CheckpointException($"The parts of {folder} do not belong together: {problem}; copy the checkpoint again.");
        }
        Require(unet.CrossAttentionDim.All(width => width == text.HiddenSize),
            $"the UNet takes text of width {unet.CrossAttentionDim[0]}, the text encoder gives {text.HiddenSize}");
        Require(unet.InChannels == vae.LatentChannels && unet.OutChannels == vae.LatentChannels,
            $"the UNet has {unet.InChannels} channels, the autoencoder {vae.LatentChannels}");
        Require(tokenizer.ModelMaxLength <= text.Positions,
            $"the tokenizer makes prompts of {tokenizer.ModelMaxLength} tokens, the text encoder has {text.Positions} positions");
        Require(tokenizer.ModelMaxLength >= MinPrompt, $"the tokenizer makes prompts of only {tokenizer.ModelMaxLength} tokens");
        Require(tokenizer.VocabularySize <= text.VocabularySize,
            $"the tokenizer knows {tokenizer.VocabularySize} words, the text encoder {text.VocabularySize}");
    }

    /// <summary>Frees all weights. A <see cref="TextToImage"/> of this checkpoint cannot be used afterwards.</summary>
    public void Dispose()
    {
        foreach (var text in Texts) text.Dispose();
        Unet.Dispose();
        Vae.Dispose();
    }
}

/// <summary>What a checkpoint consists of.</summary>
sealed record StableDiffusionParts
{
    public required IReadOnlyList<TextEncoderPart> Texts { get; init; }
    public required UNet2DConditionModel Unet { get; init; }
    public required UnetConfig UnetConfig { get; init; }
    public required AutoencoderKL Vae { get; init; }
    public required VaeConfig VaeConfig { get; init; }
    public required NoiseSchedule Schedule { get; init; }
    public required IReadOnlyList<string> Files { get; init; }
}
