using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>A Stable Diffusion 1.x or 2.x checkpoint in the diffusers layout, frozen, on one device.</summary>
public sealed class StableDiffusion : IDisposable
{
    // Begin, "a photo of" and one concept, end, and a little room.
    const int ShortestPrompt = 8;

    const string Index = "model_index.json";

    StableDiffusion(string folder, Device device) => (Folder, Device) = (Path.GetFullPath(folder), device);

    public string Folder { get; }

    /// <summary>The folder's own name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    public Device Device { get; }

    /// <summary>Every file that the checkpoint was read from. Other files in the folder (a safety checker, a card, a spare variant) do not count.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The text encoders, one or more, in the order in which their vectors stand side by side.</summary>
    public required IReadOnlyList<TextEncoderPart> Texts { get; init; }

    public required UNet2DConditionModel Unet { get; init; }
    public required AutoencoderKL Vae { get; init; }
    public required NoiseSchedule Schedule { get; init; }
    public required UnetConfig UnetConfig { get; init; }
    public required VaeConfig VaeConfig { get; init; }

    /// <summary>The first text encoder's tokenizer, which knows the same words as the others'.</summary>
    public ClipTokenizer Tokenizer => Texts[0].Tokenizer;

    /// <summary>Values of a word's vector: those for all text encoders, side by side.</summary>
    public int WordWidth => Texts.Sum(text => text.Width);

    /// <summary>(V,<see cref="WordWidth"/>) the vocabulary's vectors, frozen; a new tensor or a view.</summary>
    public Tensor WordVectors => Texts is [var only] ? only.Words : cat([.. Texts.Select(text => text.Words)], 1);

    /// <summary>Pixels per latent cell along a side.</summary>
    public int Downscale => VaeConfig.Downscale;

    /// <summary>Side of the pictures that the checkpoint was trained on, in pixels.</summary>
    public int TrainedResolution => (UnetConfig.SampleSize ?? 64) * Downscale;

    /// <summary>Tokens in a prompt, begin and end included.</summary>
    public int PromptPositions => Tokenizer.ModelMaxLength;

    /// <summary>Loads a checkpoint.</summary>
    /// <param name="folder">Has the folders tokenizer, text_encoder, unet, vae, scheduler.</param>
    /// <param name="precision">What UNet and autoencoder compute in.</param>
    /// <param name="device">CPU if null.</param>
    /// <exception cref="CheckpointException">A part is missing, damaged or not what its configuration says; names the file or tensor.</exception>
    public static StableDiffusion Load(string folder, ComputePrecision precision = ComputePrecision.Fp32, Device? device = null)
    {
        if (!Directory.Exists(folder)) throw new CheckpointException($"The model folder {folder} does not exist; check the path.");
        device ??= CPU;
        string Part(string name) => Directory.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name)
            : throw new CheckpointException($"The model folder {folder} has no {name} folder; a checkpoint in the diffusers layout needs it.");
        string Config(string part) => Path.Combine(Part(part), "config.json");

        // Small parts first: what is wrong with them shows before gigabytes are read.
        var tokenizer = ClipTokenizer.Load(Part("tokenizer"));
        var schedule = NoiseSchedule.Load(Part("scheduler"));
        var textConfig = ConfigCheck.Read<ClipTextConfig>(Config("text_encoder")).Validated(Config("text_encoder"));
        var unetConfig = ConfigCheck.Read<UnetConfig>(Config("unet")).Validated(Config("unet"));
        var vaeConfig = ConfigCheck.Read<VaeConfig>(Config("vae")).Validated(Config("vae"));
        CheckTogether(folder, textConfig, unetConfig, vaeConfig, tokenizer);

        // fp16 overflows in the autoencoder, and the tokens' small gradients vanish in a half-precision text encoder.
        var (type, vaeType) = (precision.Type(), precision == ComputePrecision.Fp16 ? ScalarType.Float32 : precision.Type());
        List<string> files = [.. tokenizer.Files, Path.Combine(folder, "scheduler", NoiseSchedule.FileName), Config("text_encoder"), Config("unet"), Config("vae")];
        if (File.Exists(Path.Combine(folder, Index))) files.Add(Path.Combine(folder, Index));
        return new StableDiffusion(folder, device)
        {
            Schedule = schedule, UnetConfig = unetConfig, VaeConfig = vaeConfig,
            Texts = [new TextEncoderPart(tokenizer, LoadPart(() => new ClipTextModel(textConfig), Part("text_encoder"),
                precision == ComputePrecision.Fp64 ? type : ScalarType.Float32, device, files), textConfig)],
            Unet = LoadPart(() => new UNet2DConditionModel(unetConfig), Part("unet"), type, device, files),
            Vae = LoadPart(() => new AutoencoderKL(vaeConfig), Part("vae"), vaeType, device, files),
            Files = files,
        };
    }

    /// <summary>Loads the autoencoder alone, from its folder <c>vae</c>.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged or not what its configuration says; names the file or tensor.</exception>
    public static AutoencoderKL LoadVae(string folder, ComputePrecision precision = ComputePrecision.Fp32, Device? device = null)
    {
        var (part, type) = (Path.Combine(folder, "vae"), precision == ComputePrecision.Fp16 ? ScalarType.Float32 : precision.Type());
        var config = Path.Combine(part, "config.json");
        var validated = ConfigCheck.Read<VaeConfig>(config).Validated(config);
        return LoadPart(() => new AutoencoderKL(validated), part, type, device ?? CPU, []);
    }

    /// <summary>SHA-256 over <see cref="Files"/> with their names: "sha256:" and 64 hexadecimal digits. A file is read once while its size and time stay.</summary>
    /// <exception cref="CheckpointException">A file can no longer be read.</exception>
    public string Fingerprint() => "sha256:" + FileDigest.Of(Folder, Files);

    /// <summary>A side in pixels that the checkpoint can work at: the one asked for, or the trained one for null.</summary>
    /// <param name="setting">What the side is called in the message.</param>
    /// <param name="pixels">The side.</param>
    /// <exception cref="SettingsException">The side is not a multiple of <see cref="Downscale"/>; names the nearest that is.</exception>
    public int SideFor(string setting, int? pixels)
    {
        if (pixels is not { } side) return TrainedResolution;
        var nearest = Math.Clamp((side + Downscale / 2) / Downscale * Downscale,
            (SettingsCheck.MinSide + Downscale - 1) / Downscale * Downscale, SettingsCheck.MaxSide / Downscale * Downscale);
        SettingsCheck.Rule(side % Downscale == 0 && side > 0, $"{setting} {side} is not a multiple of {Downscale}, as {Name} needs; try {nearest}.");
        return side;
    }

    static T LoadPart<T>(Func<T> create, string folder, ScalarType type, Device device, List<string> files) where T : nn.Module
    {
        using var weights = WeightFiles.Open(folder);
        using var placement = Placement.Use(type, device);
        var module = create();
        Func<string, string>? rename = module is AutoencoderKL ? WeightNames.FromOldVaeAttention : null;
        StrictLoader.Load(module, weights, $"{Path.GetFileName(folder)} of {Path.GetDirectoryName(folder)}", rename, WeightNames.IsPositionIds);
        module.eval();
        foreach (var tensor in module.state_dict().Values) tensor.DetachFromDisposeScope(); // the checkpoint outlives whoever asked for it
        files.AddRange(weights.Files);
        return module;
    }

    static void CheckTogether(string folder, ClipTextConfig text, UnetConfig unet, VaeConfig vae, ClipTokenizer tokenizer)
    {
        void Require(bool agrees, string problem)
        {
            if (!agrees) throw new CheckpointException($"The parts of {folder} do not belong together: {problem}; copy the checkpoint anew.");
        }
        Require(unet.CrossAttentionDim.All(width => width == text.HiddenSize), $"the UNet attends to a text of width {unet.CrossAttentionDim[0]}, the text encoder gives {text.HiddenSize}");
        Require(unet.InChannels == vae.LatentChannels && unet.OutChannels == vae.LatentChannels, $"the UNet has {unet.InChannels} channels, the autoencoder {vae.LatentChannels}");
        Require(tokenizer.ModelMaxLength <= text.Positions, $"the tokenizer makes prompts of {tokenizer.ModelMaxLength} tokens, the text encoder has {text.Positions} positions");
        Require(tokenizer.ModelMaxLength >= ShortestPrompt, $"the tokenizer makes prompts of only {tokenizer.ModelMaxLength} tokens");
        Require(tokenizer.VocabularySize <= text.VocabularySize, $"the tokenizer knows {tokenizer.VocabularySize} words, the text encoder {text.VocabularySize}");
    }

    public void Dispose()
    {
        foreach (var text in Texts) text.Dispose();
        Unet.Dispose();
        Vae.Dispose();
    }
}
