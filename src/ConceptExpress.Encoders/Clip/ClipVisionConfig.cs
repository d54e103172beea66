using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Encoders.Clip;

/// <summary>The image tower's part of CLIP's <c>config.json</c>. Missing fields have the defaults of transformers.</summary>
sealed record ClipVisionConfig
{
    /// <summary>Width of the tokens.</summary>
    [JsonPropertyName("hidden_size")] public long HiddenSize { get; init; } = 768;

    /// <summary>Inner width of the feed-forward networks.</summary>
    [JsonPropertyName("intermediate_size")] public long IntermediateSize { get; init; } = 3072;

    [JsonPropertyName("num_hidden_layers")] public int Layers { get; init; } = 12;
    [JsonPropertyName("num_attention_heads")] public long Heads { get; init; } = 12;

    /// <summary>Colour channels of a picture; only 3 is supported.</summary>
    [JsonPropertyName("num_channels")] public long Colours { get; init; } = 3;

    /// <summary>Side of the pictures, in pixels. Positions are not interpolated, so no other size is accepted.</summary>
    [JsonPropertyName("image_size")] public int ImageSize { get; init; } = 224;

    /// <summary>Side of a patch, in pixels.</summary>
    [JsonPropertyName("patch_size")] public int PatchSize { get; init; } = 32;

    /// <summary>Activation of the feed-forward networks: quick_gelu or gelu.</summary>
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "quick_gelu";

    [JsonPropertyName("layer_norm_eps")] public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Number of patches in a picture.</summary>
    [JsonIgnore] public long Patches => (long)(ImageSize / PatchSize) * (ImageSize / PatchSize);

    internal ClipLayerShape LayerShape => new(Layers, HiddenSize, IntermediateSize, Heads, Activation, NormEpsilon, IsCausal: false);

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">The file's path, for messages.</param>
    /// <exception cref="CheckpointException">A field is inconsistent or unsupported; the message names it.</exception>
    public ClipVisionConfig Validated(string file)
    {
        var check = new ConfigCheck(file, ClipConfig.Kind);
        check.OneOf("hidden_act", Activation ?? "null", "quick_gelu", "gelu");
        check.Positive("layer_norm_eps", NormEpsilon);
        check.Range("hidden_size", [HiddenSize], 1, 1 << 16);
        check.Range("intermediate_size", [IntermediateSize], 1, 1 << 18);
        check.Range("num_hidden_layers", [Layers], 1, 256);
        check.Range("num_attention_heads", [Heads], 1, 1024);
        check.Range("num_channels", [Colours], 3, 3);
        check.Range("image_size", [ImageSize], 1, 4096);
        check.Range("patch_size", [PatchSize], 1, ImageSize);
        check.Divides("patch_size", PatchSize, "image_size", ImageSize);
        check.Divides("num_attention_heads", Heads, "hidden_size", HiddenSize);
        return this;
    }
}
