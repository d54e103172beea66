using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>A checkpoint in the diffusers layout: a folder with a subfolder for each part.</summary>
static class DiffusersFolder
{
    const string Index = "model_index.json";
    const string ConfigName = "config.json";

    // The parts with weights, which may have variants.
    static readonly string[] Weighted = ["text_encoder", "unet", "vae"];

    /// <summary>Loads a checkpoint from its folder.</summary>
    /// <exception cref="CheckpointException">
    /// A part is missing, damaged or does not fit its configuration; the message names the file or tensor.
    /// </exception>
    public static StableDiffusionParts Load(string folder, CheckpointOptions options, ComputePrecision precision, Device device) =>
        With(folder, options, (unread, notes) =>
            unread.Read(precision, device) with { Choices = options.Prediction?.ToString() ?? "", Notes = notes });

    /// <summary>
    /// Checks everything that can be checked without reading weights: configurations, tokenizer, headers of weight files.
    /// </summary>
    /// <exception cref="CheckpointException">
    /// As for <see cref="Load"/>, except that tensors are not compared with the configuration.
    /// </exception>
    public static void Check(string folder, CheckpointOptions options) => With(folder, options, (unread, notes) =>
    {
        unread.CheckTogether();
        foreach (var part in Weighted)
        {
            using var weights = WeightFiles.Open(Path.Combine(folder, part), options.Variant);
            foreach (var name in weights.Names) _ = weights[name]; // opens its file
        }
        return true;
    });

    /// <summary>Reads the configurations of a checkpoint, and no weights.</summary>
    /// <exception cref="CheckpointException">A small part is missing, damaged or does not fit the others.</exception>
    public static CheckpointShape ShapeOf(string folder, CheckpointOptions options) =>
        With(folder, options, (unread, _) => unread.Shape());

    static T With<T>(string folder, CheckpointOptions options, Func<UnreadCheckpoint, List<ProgressEvent>, T> use)
    {
        if (!Directory.Exists(folder)) throw new CheckpointException($"The model folder {folder} does not exist; check the path.");
        string Part(string name) => Directory.Exists(Path.Combine(folder, name))
            ? Path.Combine(folder, name)
            : throw new CheckpointException(
                $"The model folder {folder} has no {name} folder; a checkpoint in the diffusers layout needs it.");
        string Config(string part) => Path.Combine(Part(part), ConfigName);
        List<ProgressEvent> notes = [];

        RequireFamily(folder);
        if (options.Variant is { } variant) RequireVariant(folder, variant);
        var textConfig = ConfigCheck.Read<ClipTextConfig>(Config("text_encoder")).Validated(Config("text_encoder"));
        var tokenizer = ClipTokenizer.Load(
            options.Tokenizer is { } other ? CheckpointOptions.PartOf(other, "tokenizer") : Part("tokenizer"), textConfig.Positions);
        var schedule = NoiseSchedule.Load(Part("scheduler"), options.Prediction);
        using var vae = options.Vae is { } named
            ? VaeChoice.At(named, options.Sizes)
            : new VaeChoice(ReadVaeConfig(Part("vae")), [.. Named(folder, [Config("vae")])],
                module => Named(folder, FillFrom(Part("vae"), module, options.Variant)), null);
        List<string> files = [Path.Combine(folder, "scheduler", NoiseSchedule.FileName), Config("text_encoder"), Config("unet")];
        if (File.Exists(Path.Combine(folder, Index))) files.Add(Path.Combine(folder, Index));
        var unread = new UnreadCheckpoint
        {
            Path = folder,
            Remedy = "copy the checkpoint again",
            Tokenizer = tokenizer,
            Schedule = schedule,
            TextConfig = textConfig,
            UnetConfig = ConfigCheck.Read<UnetConfig>(Config("unet")).Validated(Config("unet")),
            VaeConfig = vae.Config,
            FillText = module => Named(folder, FillTextFrom(Part("text_encoder"), module, textConfig, options.Variant, notes)),
            FillUnet = module => Named(folder, FillFrom(Part("unet"), module, options.Variant)),
            FillVae = vae.Fill,
            SmallFiles = [.. TokenizerFiles(tokenizer), .. Named(folder, files), .. vae.Files],
        };
        return use(unread, notes);
    }

    // Folders of other families have parts by which they are known.
    static void RequireFamily(string folder)
    {
        bool Has(string part) => Directory.Exists(Path.Combine(folder, part));
        var family = Has("transformer") ? "Stable Diffusion 3, FLUX or another model with a transformer in place of the UNet"
            : Has("prior") ? "Stable Cascade, Kandinsky or another model with a prior"
            : Has("text_encoder_2") ? "Stable Diffusion XL" : null;
        if (family is not null)
            throw new CheckpointException($"{folder} is a checkpoint of {family}; use one of Stable Diffusion 1.x or 2.x.");
    }

    static IEnumerable<CheckpointFile> TokenizerFiles(ClipTokenizer tokenizer) =>
        tokenizer.Files.Select(file => new CheckpointFile($"tokenizer/{Path.GetFileName(file)}", Path.GetFullPath(file)));

    // A misspelled variant would otherwise be passed over, part by part.
    static void RequireVariant(string folder, string variant)
    {
        List<string> all = [.. Weighted.Select(part => Path.Combine(folder, part)).Where(Directory.Exists)
            .SelectMany(WeightFiles.VariantsIn).Distinct().Order(StringComparer.Ordinal)];
        if (all.Contains(variant)) return;
        throw new CheckpointException($"{folder} has no weights of the variant {variant}; "
            + (all.Count == 0 ? "it has only plain ones, so name none." : $"it has {string.Join(", ", all)}, or name none."));
    }

    // Text encoders are saved with and without their outer name, with CLIP's other parts, and with layers that are not used.
    static IReadOnlyList<string> FillTextFrom(string part, nn.Module module, ClipTextConfig config, string? variant,
        List<ProgressEvent> notes)
    {
        using var weights = WeightFiles.Open(part, variant);
        var spare = weights.Names.Count(name => WeightNames.LayerOf(name) >= config.Layers);
        if (spare > 0)
            notes.Add(new Warned(
                $"{weights.Path} holds more layers than the {config.Layers} that its {ConfigName} uses; the others are not used."));
        StrictLoader.Load(module, weights, $"{Path.GetFileName(part)} of {Path.GetDirectoryName(part)}", WeightNames.WithTextModel,
            name => WeightNames.IsPositionIds(name) || WeightNames.IsOtherThanText(name) || WeightNames.LayerOf(name) >= config.Layers);
        return weights.Files;
    }

    /// <summary>Loads only the autoencoder of a checkpoint, from the subfolder <c>vae</c>.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged or does not fit its configuration.</exception>
    public static AutoencoderKL LoadVae(string folder, ComputePrecision precision, Device device)
    {
        var part = Path.Combine(folder, "vae");
        var config = ReadVaeConfig(part);
        return UnreadCheckpoint.Filled(part, () => new AutoencoderKL(config), module => Named(folder, FillFrom(part, module)),
            UnreadCheckpoint.VaeType(precision), device, []);
    }

    /// <summary>Reads the configuration in an autoencoder's folder.</summary>
    /// <exception cref="CheckpointException">It is missing, malformed or not supported.</exception>
    public static VaeConfig ReadVaeConfig(string part) =>
        ConfigCheck.Read<VaeConfig>(Path.Combine(part, ConfigName)).Validated(Path.Combine(part, ConfigName));

    /// <summary>Fills a module with the weights in a part's folder, and returns the paths of the files that were read.</summary>
    /// <exception cref="CheckpointException">The weights are missing, damaged or do not fit.</exception>
    public static IReadOnlyList<string> FillFrom(string part, nn.Module module, string? variant = null)
    {
        using var weights = WeightFiles.Open(part, variant);
        Func<string, string>? rename = module is AutoencoderKL ? WeightNames.FromOldVaeAttention : null;
        StrictLoader.Load(module, weights, $"{Path.GetFileName(part)} of {Path.GetDirectoryName(part)}", rename,
            WeightNames.IsPositionIds);
        return weights.Files;
    }

    /// <summary>Names files by their paths below a folder.</summary>
    public static IEnumerable<CheckpointFile> Named(string folder, IEnumerable<string> files) =>
        files.Select(Path.GetFullPath).Select(file => new CheckpointFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), file));
}
