using System.Security.Cryptography;
using System.Text;
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

    // What the fingerprint is of.
    const string Index = "model_index.json";
    static readonly string[] Parts = ["scheduler", "text_encoder", "tokenizer", "unet", "vae"];

    readonly Lazy<string> fingerprint;

    StableDiffusion(string folder, Device device)
    {
        (Folder, Device) = (Path.GetFullPath(folder), device);
        fingerprint = new Lazy<string>(() => ComputeFingerprint(Folder));
    }

    public string Folder { get; }

    /// <summary>The folder's own name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    public Device Device { get; }
    public required ClipTokenizer Tokenizer { get; init; }
    public required ClipTextModel TextEncoder { get; init; }
    public required UNet2DConditionModel Unet { get; init; }
    public required AutoencoderKL Vae { get; init; }
    public required NoiseSchedule Schedule { get; init; }
    public required ClipTextConfig TextConfig { get; init; }
    public required UnetConfig UnetConfig { get; init; }
    public required VaeConfig VaeConfig { get; init; }

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
        return new StableDiffusion(folder, device)
        {
            Tokenizer = tokenizer, Schedule = schedule, TextConfig = textConfig, UnetConfig = unetConfig, VaeConfig = vaeConfig,
            TextEncoder = LoadPart(() => new ClipTextModel(textConfig), Part("text_encoder"), precision == ComputePrecision.Fp64 ? type : ScalarType.Float32, device),
            Unet = LoadPart(() => new UNet2DConditionModel(unetConfig), Part("unet"), type, device),
            Vae = LoadPart(() => new AutoencoderKL(vaeConfig), Part("vae"), vaeType, device),
        };
    }

    /// <summary>Loads the autoencoder alone, from its folder <c>vae</c>.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged or not what its configuration says; names the file or tensor.</exception>
    public static AutoencoderKL LoadVae(string folder, ComputePrecision precision = ComputePrecision.Fp32, Device? device = null)
    {
        var (part, type) = (Path.Combine(folder, "vae"), precision == ComputePrecision.Fp16 ? ScalarType.Float32 : precision.Type());
        var config = Path.Combine(part, "config.json");
        var validated = ConfigCheck.Read<VaeConfig>(config).Validated(config);
        return LoadPart(() => new AutoencoderKL(validated), part, type, device ?? CPU);
    }

    /// <summary>
    /// SHA-256 over configuration, vocabulary and weights: "sha256:" and 64 hexadecimal digits. Reads every file once. Other files in the folder (a safety checker,
    /// a card) do not count.
    /// </summary>
    public string Fingerprint() => fingerprint.Value;

    static T LoadPart<T>(Func<T> create, string folder, ScalarType type, Device device) where T : nn.Module
    {
        using var weights = WeightFiles.Open(folder);
        using var placement = Placement.Use(type, device);
        var module = create();
        Func<string, string>? rename = module is AutoencoderKL ? WeightNames.FromOldVaeAttention : null;
        StrictLoader.Load(module, weights, $"{Path.GetFileName(folder)} of {Path.GetDirectoryName(folder)}", rename, WeightNames.IsPositionIds);
        module.eval();
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

    static string ComputeFingerprint(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Parts.SelectMany(part => Directory.EnumerateFiles(Path.Combine(folder, part), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(folder, Index))
            .Where(file => Path.GetExtension(file) is ".json" or ".txt" or ".safetensors")
            .Select(file => (Path: file, Name: Path.GetRelativePath(folder, file).Replace('\\', '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
        foreach (var (path, name) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
            hash.AppendData(DigestOf(path));
        }
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static byte[] DigestOf(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return SHA256.HashData(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and its permissions.", e);
        }
    }

    public void Dispose()
    {
        TextEncoder.Dispose();
        Unet.Dispose();
        Vae.Dispose();
    }
}
