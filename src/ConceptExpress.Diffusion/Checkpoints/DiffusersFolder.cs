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

    /// <summary>Loads a checkpoint from its folder.</summary>
    /// <exception cref="CheckpointException">
    /// A part is missing, damaged or does not fit its configuration; the message names the file or tensor.
    /// </exception>
    public static StableDiffusionParts Load(string folder, ComputePrecision precision, Device device)
    {
        if (!Directory.Exists(folder)) throw new CheckpointException($"The model folder {folder} does not exist; check the path.");
        string Part(string name) => Directory.Exists(Path.Combine(folder, name))
            ? Path.Combine(folder, name)
            : throw new CheckpointException(
                $"The model folder {folder} has no {name} folder; a checkpoint in the diffusers layout needs it.");
        string Config(string part) => Path.Combine(Part(part), ConfigName);
        Func<nn.Module, IEnumerable<CheckpointFile>> Filling(string part) =>
            module => Named(folder, FillFrom(Part(part), module));

        var tokenizer = ClipTokenizer.Load(Part("tokenizer"));
        var schedule = NoiseSchedule.Load(Part("scheduler"));
        List<string> files = [.. tokenizer.Files, Path.Combine(folder, "scheduler", NoiseSchedule.FileName), Config("text_encoder"),
            Config("unet"), Config("vae")];
        if (File.Exists(Path.Combine(folder, Index))) files.Add(Path.Combine(folder, Index));
        var unread = new UnreadCheckpoint
        {
            Path = folder,
            Remedy = "copy the checkpoint again",
            Tokenizer = tokenizer,
            Schedule = schedule,
            TextConfig = ConfigCheck.Read<ClipTextConfig>(Config("text_encoder")).Validated(Config("text_encoder")),
            UnetConfig = ConfigCheck.Read<UnetConfig>(Config("unet")).Validated(Config("unet")),
            VaeConfig = ReadVaeConfig(Part("vae")),
            FillText = Filling("text_encoder"),
            FillUnet = Filling("unet"),
            FillVae = Filling("vae"),
            SmallFiles = [.. Named(folder, files)],
        };
        return unread.Read(precision, device);
    }

    /// <summary>Loads only the autoencoder of a checkpoint, from the subfolder <c>vae</c>.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged or does not fit its configuration.</exception>
    public static AutoencoderKL LoadVae(string folder, ComputePrecision precision, Device device)
    {
        var part = Path.Combine(folder, "vae");
        var config = ReadVaeConfig(part);
        return UnreadCheckpoint.Filled(() => new AutoencoderKL(config), module => Named(folder, FillFrom(part, module)),
            UnreadCheckpoint.VaeType(precision), device, []);
    }

    /// <summary>Reads the configuration in an autoencoder's folder.</summary>
    /// <exception cref="CheckpointException">It is missing, malformed or not supported.</exception>
    public static VaeConfig ReadVaeConfig(string part) =>
        ConfigCheck.Read<VaeConfig>(Path.Combine(part, ConfigName)).Validated(Path.Combine(part, ConfigName));

    /// <summary>Fills a module with the weights in a part's folder, and returns the paths of the files that were read.</summary>
    /// <exception cref="CheckpointException">The weights are missing, damaged or do not fit.</exception>
    public static IReadOnlyList<string> FillFrom(string part, nn.Module module)
    {
        using var weights = WeightFiles.Open(part);
        Func<string, string>? rename = module is AutoencoderKL ? WeightNames.FromOldVaeAttention : null;
        StrictLoader.Load(module, weights, $"{Path.GetFileName(part)} of {Path.GetDirectoryName(part)}", rename,
            WeightNames.IsPositionIds);
        return weights.Files;
    }

    /// <summary>Names files by their paths below a folder.</summary>
    public static IEnumerable<CheckpointFile> Named(string folder, IEnumerable<string> files) =>
        files.Select(Path.GetFullPath).Select(file => new CheckpointFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), file));
}
