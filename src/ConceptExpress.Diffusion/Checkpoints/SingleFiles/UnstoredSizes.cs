using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// Sizes that cannot be seen in the tensors' shapes. Null stands for the value of all published Stable Diffusion 1.x and 2.x; only other
/// models, such as small ones for tests, need these.
/// </summary>
sealed record UnstoredSizes
{
    /// <summary>Groups in the UNet's group norms; 32 if null.</summary>
    public long? UnetNormGroups { get; init; }

    /// <summary>Heads of the UNet's attention, for all levels or for each; 8 (1.x), or one per 64 channels (2.x), if null.</summary>
    public int[]? UnetHeads { get; init; }

    /// <summary>Groups in the autoencoder's group norms; 32 if null.</summary>
    public long? VaeNormGroups { get; init; }

    /// <summary>Factor of latents; 0.18215 if null. SDXL's autoencoder, which has the same shapes, has another factor.</summary>
    public double? VaeScalingFactor { get; init; }

    /// <summary>Heads of the text encoder; one per 64 values of the width if null.</summary>
    public long? TextHeads { get; init; }

    /// <summary>Layers of the text encoder that are used; all of 1.x and all but the last of 2.x if null.</summary>
    public int? TextLayers { get; init; }

    /// <summary>
    /// Side of the latent grid in training, in cells; 96 for a 2.x that predicts velocity, as 2.0-v and 2.1 do, and 64 for all others if
    /// null.
    /// </summary>
    public int? SampleSize { get; init; }

    /// <summary>Whether the UNet's attention computes in fp32 at least; true for 2.x and false for 1.x if null.</summary>
    public bool? UpcastAttention { get; init; }

    /// <summary>Whether nothing is set.</summary>
    [JsonIgnore] public bool IsEmpty => ToJson() == new UnstoredSizes().ToJson();

    /// <summary>The sizes that are set, for the fingerprint.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);
}
