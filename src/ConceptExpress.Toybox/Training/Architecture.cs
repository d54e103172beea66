using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Training;

/// <summary>
/// The configuration of a checkpoint that has no weights yet. Writes its files to a folder in the diffusers layout and reads them.
/// </summary>
/// <remarks>
/// Templates are in <c>Training/Architectures</c>. A part that an architecture has no template for is that of <c>toybox</c>.
/// </remarks>
sealed class Architecture
{
    // In the checkpoint's top folder; diffusers ignores it there.
    const string ClipName = "clip.json";

    const string Usual = "toybox";

    // Those whose vocabulary has plurals, so that captions can count toys.
    static readonly string[] Counting = ["toybox-128", "toybox-256"];

    readonly string folder;

    Architecture(string folder)
    {
        this.folder = folder;
        Vae = ConfigCheck.Read<VaeConfig>(File("vae")).Validated(File("vae"));
        Unet = ConfigCheck.Read<UnetConfig>(File("unet")).Validated(File("unet"));
        Text = ConfigCheck.Read<ClipTextConfig>(File("text_encoder")).Validated(File("text_encoder"));
        Schedule = NoiseSchedule.Load(Path.Combine(folder, "scheduler"));
        Tokenizer = ClipTokenizer.Load(Path.Combine(folder, "tokenizer"));
        Counts = CaptionWriter.Knows(Tokenizer, ToyWords.Plurals);
        Clip = ConfigCheck.Read<ClipConfig>(ClipFile).Validated(ClipFile);
    }

    /// <summary>
    /// The names of the architectures: <c>toybox</c> (the embedded checkpoint, 96 px), <c>toybox-128</c> (the same for 128 px, with a
    /// vocabulary that counts), <c>toybox-256</c> (that with a level more, for 256 px: the levels of Stable Diffusion) and <c>tiny</c> (for
    /// tests).
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = [Usual, .. Counting, "tiny"];

    /// <summary>The autoencoder's configuration.</summary>
    public VaeConfig Vae { get; }

    /// <summary>The UNet's configuration.</summary>
    public UnetConfig Unet { get; }

    /// <summary>The text encoder's configuration.</summary>
    public ClipTextConfig Text { get; }

    /// <summary>The noise schedule of training.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>The tokenizer, shared by the text encoder and the CLIP pair.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>Whether captions count toys that are alike ("two red balls"), because the vocabulary has the plurals.</summary>
    public bool Counts { get; }

    /// <summary>The configuration of the CLIP pair, which is a separate model.</summary>
    public ClipConfig Clip { get; }

    /// <summary>Full side of pictures, in pixels. The last part of the training uses it.</summary>
    public int Resolution => Unet.SampleSize!.Value * Vae.Downscale;

    /// <summary>Side of the smaller pictures of the first part, in pixels: two thirds, so that a step costs less than half.</summary>
    public int SmallSide => (Unet.SampleSize!.Value * 2 / 3 >> (Unet.Levels - 1) << (Unet.Levels - 1)) * Vae.Downscale;

    /// <summary>Writes all configuration files and the tokenizer to a folder and replaces existing ones.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">The checkpoint's folder; created if it does not exist.</param>
    /// <exception cref="ArgumentException">There is no architecture of that name.</exception>
    public static Architecture LayOut(string name, string folder)
    {
        var vocabulary = new ToyVocabulary(Counting.Contains(name) ? [.. ToyWords.All, .. ToyWords.Plurals] : ToyWords.All);
        var text = Resource(name, "text_encoder");
        (text["vocab_size"], text["bos_token_id"], text["eos_token_id"], text["pad_token_id"]) =
            (vocabulary.Size, vocabulary.BeginId, vocabulary.EndId, vocabulary.PaddingId);

        string Part(string part) => Directory.CreateDirectory(Path.Combine(folder, part)).FullName;
        Write(Path.Combine(Part("vae"), "config.json"), Resource(name, "vae"));
        Write(Path.Combine(Part("unet"), "config.json"), Resource(name, "unet"));
        Write(Path.Combine(Part("text_encoder"), "config.json"), text);
        Write(Path.Combine(Part("scheduler"), "scheduler_config.json"), Resource(name, "scheduler"));
        Write(Path.Combine(folder, "model_index.json"), Index());
        System.IO.File.WriteAllText(Path.Combine(folder, "README.md"), Card());
        var clip = Resource(name, "clip");
        var clipText = clip["text_config"]!.AsObject();
        (clipText["vocab_size"], clipText["bos_token_id"], clipText["eos_token_id"], clipText["pad_token_id"]) =
            (vocabulary.Size, vocabulary.BeginId, vocabulary.EndId, vocabulary.PaddingId);
        Write(Path.Combine(folder, ClipName), clip);
        vocabulary.Write(Part("tokenizer"), (int)text["max_position_embeddings"]!);
        return new Architecture(folder);
    }

    /// <summary>Reads a folder that <see cref="LayOut"/> wrote.</summary>
    /// <exception cref="CheckpointException">A file is missing or malformed.</exception>
    public static Architecture Open(string folder) => new(folder);

    /// <summary>Writes the autoencoder's scaling factor: multiplied by it, latents have a standard deviation of 1.</summary>
    public void WriteScalingFactor(double factor)
    {
        var vae = JsonNode.Parse(System.IO.File.ReadAllText(File("vae")))!.AsObject();
        vae["scaling_factor"] = factor;
        Write(File("vae"), vae);
    }

    /// <summary>Writes the CLIP pair's configuration and tokenizer to an existing folder, in the Hugging Face layout.</summary>
    public void WriteClip(string clipFolder)
    {
        System.IO.File.Copy(ClipFile, Path.Combine(clipFolder, "config.json"), overwrite: true);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "tokenizer")))
            System.IO.File.Copy(file, Path.Combine(clipFolder, Path.GetFileName(file)), overwrite: true);
        JsonArray Half() => [0.5, 0.5, 0.5];
        Write(Path.Combine(clipFolder, "preprocessor_config.json"), new JsonObject
        {
            ["feature_extractor_type"] = "CLIPFeatureExtractor",
            ["do_resize"] = true,
            ["size"] = Clip.Vision.ImageSize,
            ["resample"] = 3,
            ["do_center_crop"] = true,
            ["crop_size"] = Clip.Vision.ImageSize,
            ["do_normalize"] = true,
            ["image_mean"] = Half(),
            ["image_std"] = Half(),
        });
    }

    string ClipFile => Path.Combine(folder, ClipName);

    string File(string part) => Path.Combine(folder, part, "config.json");

    static void Write(string path, JsonObject json) =>
        System.IO.File.WriteAllText(path, json.ToJsonString(new() { WriteIndented = true }) + "\n");

    static JsonObject Resource(string architecture, string part)
    {
        if (!Names.Contains(architecture))
            throw new ArgumentException($"There is no architecture '{architecture}'; use one of {string.Join(", ", Names)}.",
                nameof(architecture));
        using var stream = Opened($"Architectures/{architecture}/{part}.json") ?? Opened($"Architectures/{Usual}/{part}.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    // The model card, as hubs show it.
    static string Card()
    {
        using var reader = new StreamReader(Opened("Architectures/card.md")!);
        return reader.ReadToEnd();
    }

    static Stream? Opened(string path)
    {
        var assembly = typeof(Architecture).Assembly;
        return ResourceName(assembly.GetManifestResourceNames(), path) is { } name ? assembly.GetManifestResourceStream(name) : null;
    }

    /// <summary>Finds a resource by its path with forward slashes; a build on Windows names it with backslashes.</summary>
    internal static string? ResourceName(IEnumerable<string> names, string path) =>
        names.FirstOrDefault(name => name.Replace('\\', '/') == path);

    static JsonObject Index()
    {
        var index = new JsonObject { ["_class_name"] = "StableDiffusionPipeline", ["_diffusers_version"] = "0.12.1" };
        (string Part, string? Library, string? Class)[] parts =
        [
            ("feature_extractor", null, null), ("safety_checker", null, null), ("scheduler", "diffusers", "DDIMScheduler"),
            ("text_encoder", "transformers", "CLIPTextModel"),
            ("tokenizer", "transformers", "CLIPTokenizer"), ("unet", "diffusers", "UNet2DConditionModel"),
            ("vae", "diffusers", "AutoencoderKL"),
        ];
        foreach (var (part, library, type) in parts) index[part] = new JsonArray(library, type);
        return index;
    }
}
