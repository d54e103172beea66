using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>
/// A Stable Diffusion 1.x or 2.x checkpoint, from a folder in the diffusers layout or from a single file, frozen, on one device. Not
/// thread-safe: use it from one thread at a time.
/// </summary>
public sealed class StableDiffusion : IDisposable
{
    readonly StableDiffusionParts parts;

    StableDiffusion(string folder, Device device, StableDiffusionParts parts)
    {
        (Folder, Device) = (Path.GetFullPath(folder), device);
        this.parts = parts;
        WordNames = WordNames.FreeIn(parts.Texts[0].Tokenizer);
    }

    /// <summary>Full path of the checkpoint's folder, or of its single file.</summary>
    public string Folder { get; }

    /// <summary>Name of the folder, or of the single file without its extension; without a path.</summary>
    public string Name => parts.IsSingleFile
        ? Path.GetFileNameWithoutExtension(Folder)
        : Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    /// <summary>The device that holds all weights.</summary>
    public Device Device { get; }

    /// <summary>
    /// Paths of the files covered by <see cref="Fingerprint"/>: all that the checkpoint was read from, and <c>model_index.json</c> if it
    /// exists. Other files in the folder (a safety checker, a model card, an unused variant) are not included.
    /// </summary>
    public IReadOnlyList<string> Files => [.. parts.Files.Select(file => file.Path)];

    /// <summary>
    /// What a caller should know about how the checkpoint was read: warnings (<see cref="Warned"/>) of what was assumed, and notes
    /// (<see cref="Noted"/>) of what is not used. Often empty.
    /// </summary>
    internal IReadOnlyList<ProgressEvent> Notes => parts.Notes;

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

    /// <summary>The configurations and sizes of the parts.</summary>
    internal CheckpointShape Shape => new(UnetConfig, VaeConfig, Texts[0].Config, PromptPositions,
        new PartSizes(NumbersOf(Unet), NumbersOf(Vae), Texts.Sum(text => NumbersOf(text.Model))));

    static double NumbersOf(nn.Module module) => module.parameters().Sum(parameter => (double)parameter.numel());

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
    /// <param name="path">
    /// Folder of the checkpoint, with the subfolders tokenizer, text_encoder, unet, vae and scheduler; or its single file, in safetensors
    /// or as a pickle, of which only tensors are read, with a folder <c>tokenizer</c> beside it.
    /// </param>
    /// <param name="precision">The type that the UNet and the autoencoder compute in. The default is fp32.</param>
    /// <param name="device">The device for all weights. The default is null: the CPU.</param>
    /// <param name="options">Choices and parts from elsewhere. The default is null: everything as the checkpoint says.</param>
    /// <returns>The checkpoint, which the caller disposes of.</returns>
    /// <exception cref="CheckpointException">
    /// A part is missing, damaged or does not fit its configuration; the message names the file or tensor.
    /// </exception>
    public static StableDiffusion Load(string path, ComputePrecision precision = ComputePrecision.Fp32, Device? device = null,
        CheckpointOptions? options = null)
    {
        device ??= CPU;
        options ??= new CheckpointOptions();
        options.RequireVariantName();
        return new StableDiffusion(path, device, File.Exists(path)
            ? SingleFile.Load(path, options, precision, device)
            : DiffusersFolder.Load(path, options, precision, device));
    }

    /// <summary>
    /// Checks everything about a checkpoint that can be checked without reading weights: configurations, tokenizer, names and shapes of
    /// tensors in the headers of files.
    /// </summary>
    /// <param name="path">Its folder or single file.</param>
    /// <param name="options">Choices and parts from elsewhere. The default is null: everything as the checkpoint says.</param>
    /// <exception cref="CheckpointException">It could not be loaded; the message names the file or tensor.</exception>
    internal static void Check(string path, CheckpointOptions? options = null)
    {
        if (File.Exists(path)) SingleFile.Check(path, options ?? new CheckpointOptions());
        else DiffusersFolder.Check(path, options ?? new CheckpointOptions());
    }

    /// <summary>Reads the configurations of a checkpoint, and no weights.</summary>
    /// <param name="path">Its folder or single file.</param>
    /// <param name="options">Choices and parts from elsewhere.</param>
    /// <exception cref="CheckpointException">It could not be loaded; the message names the file.</exception>
    internal static CheckpointShape ShapeOf(string path, CheckpointOptions options) =>
        File.Exists(path) ? SingleFile.ShapeOf(path, options) : DiffusersFolder.ShapeOf(path, options);

    /// <summary>Loads only the autoencoder of a checkpoint, from the subfolder <c>vae</c>.</summary>
    /// <exception cref="CheckpointException">
    /// It is missing, damaged or does not fit its configuration; the message names the file or tensor.
    /// </exception>
    internal static AutoencoderKL LoadVae(string folder, ComputePrecision precision = ComputePrecision.Fp32, Device? device = null) =>
        DiffusersFolder.LoadVae(folder, precision, device ?? CPU);

    /// <summary>
    /// Returns the SHA-256 of <see cref="Files"/>, their names, and what the caller chose for a single file: "sha256:" and 64 lower-case
    /// hexadecimal digits. Where the checkpoint lies does not matter. The process reads a file again only if its size or time of change
    /// differs from the last call.
    /// </summary>
    /// <exception cref="CheckpointException">A file can no longer be read.</exception>
    public string Fingerprint() => "sha256:" + FileDigest.Of(parts.Files.Select(file => (file.Name, file.Path)), parts.Choices);

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

    /// <summary>Frees all weights. A <see cref="TextToImage"/> of this checkpoint cannot be used afterwards.</summary>
    public void Dispose()
    {
        foreach (var text in Texts) text.Dispose();
        Unet.Dispose();
        Vae.Dispose();
    }
}
