using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Schedules;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>How a checkpoint is read where it leaves a choice, or where a part comes from elsewhere. All null: as the checkpoint says.</summary>
public sealed record CheckpointOptions
{
    /// <summary>
    /// Which weights of a diffusers folder are read, by the part of the file's name: <c>fp16</c>, <c>bf16</c>, <c>ema</c>,
    /// <c>non_ema</c>. A part without this variant is read as if none were named. A single file has no variants.
    /// </summary>
    /// <value>The default is null: the plain files, else <c>fp16</c>, else <c>bf16</c>.</value>
    public string? Variant { get; init; }

    /// <summary>
    /// A tokenizer in place of the checkpoint's own: its folder, or a checkpoint in the diffusers layout that has one.
    /// </summary>
    /// <value>The default is null: the folder <c>tokenizer</c> in the checkpoint, or beside a single file.</value>
    public string? Tokenizer { get; init; }

    /// <summary>
    /// An autoencoder in place of the checkpoint's own: a file with the original names or those of diffusers, its folder, or a checkpoint
    /// in the diffusers layout that has one.
    /// </summary>
    /// <value>The default is null: that of the checkpoint.</value>
    public string? Vae { get; init; }

    /// <summary>What the UNet predicts.</summary>
    /// <value>The default is null: as the checkpoint says, else noise.</value>
    public PredictionType? Prediction { get; init; }

    /// <summary>Sizes that cannot be seen in the tensors' shapes of a single file.</summary>
    internal UnstoredSizes Sizes { get; init; } = new();

    /// <summary>Whether nothing is chosen.</summary>
    [JsonIgnore] public bool IsEmpty => Variant is null && Tokenizer is null && Vae is null && Prediction is null && Sizes.IsEmpty;

    // A variant becomes part of a file's name.
    internal void RequireVariantName()
    {
        if (Variant is { } name && (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '_')))
            throw new CheckpointException(
                $"{CheckpointException.Quoted(name)} is not the name of a variant; name one such as fp16, bf16, ema or non_ema.");
    }

    /// <summary>Returns the subfolder of a checkpoint if a folder has it, else the folder itself.</summary>
    internal static string PartOf(string folder, string part) =>
        Directory.Exists(Path.Combine(folder, part)) ? Path.Combine(folder, part) : folder;
}
