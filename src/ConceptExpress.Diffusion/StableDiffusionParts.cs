using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;

namespace ConceptExpress.Diffusion;

/// <summary>What a checkpoint consists of.</summary>
sealed record StableDiffusionParts
{
    public required IReadOnlyList<TextEncoderPart> Texts { get; init; }
    public required UNet2DConditionModel Unet { get; init; }
    public required UnetConfig UnetConfig { get; init; }
    public required AutoencoderKL Vae { get; init; }
    public required VaeConfig VaeConfig { get; init; }
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>All files that the checkpoint was read from.</summary>
    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    /// <summary>Whether UNet, text encoder and mostly the autoencoder come from one file.</summary>
    public bool IsSingleFile { get; init; }

    /// <summary>What the caller chose and what decides results, as text for the fingerprint; empty if nothing.</summary>
    public string Choices { get; init; } = "";

    /// <summary>Events for the caller: warnings of what was assumed, and notes of what of the files is not used.</summary>
    public IReadOnlyList<ProgressEvent> Notes { get; init; } = [];
}

/// <summary>A file of a checkpoint.</summary>
/// <param name="Name">Its name in the fingerprint, which does not depend on where the checkpoint lies.</param>
/// <param name="Path">Its path.</param>
sealed record CheckpointFile(string Name, string Path);
