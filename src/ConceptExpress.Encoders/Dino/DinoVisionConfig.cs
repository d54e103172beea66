using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Encoders.Dino;

/// <summary>
/// DINO's <c>config.json</c> (model type "vit"). Missing fields have the defaults of transformers; unknown fields are ignored.
/// </summary>
sealed record DinoVisionConfig
{
    internal const string ModelType = "vit", Kind = "DINO";

    /// <summary>Must be vit.</summary>
    [JsonPropertyName("model_type")] public string Type { get; init; } = ModelType;

    [JsonPropertyName("architectures")] public string[]? Architectures { get; init; } = ["ViTModel"];

    /// <summary>Width of the tokens.</summary>
    [JsonPropertyName("hidden_size")] public long HiddenSize { get; init; } = 768;

    /// <summary>Inner width of the feed-forward network.</summary>
    [JsonPropertyName("intermediate_size")] public long IntermediateSize { get; init; } = 3072;

    [JsonPropertyName("num_hidden_layers")] public int Layers { get; init; } = 12;
    [JsonPropertyName("num_attention_heads")] public long Heads { get; init; } = 12;

    /// <summary>Colour channels of a picture; only 3 is supported.</summary>
    [JsonPropertyName("num_channels")] public long Colours { get; init; } = 3;

    /// <summary>Activation of the feed-forward network; only gelu is supported.</summary>
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "gelu";

    [JsonPropertyName("layer_norm_eps")] public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    [JsonPropertyName("qkv_bias")] public bool HasAttentionBias { get; init; } = true;

    /// <summary>Side in pixels of the pictures that the positions were trained on.</summary>
    [JsonPropertyName("image_size")] public int ImageSize { get; init; } = 224;

    /// <summary>Side of a patch, in pixels.</summary>
    [JsonPropertyName("patch_size")] public int PatchSize { get; init; } = 16;

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">The file's path, for messages.</param>
    /// <exception cref="CheckpointException">A field is inconsistent or unsupported; the message names it.</exception>
    public DinoVisionConfig Validated(string file)
    {
        var check = new ConfigCheck(file, Kind);
        check.OneOf("model_type", Type ?? "null", ModelType);
        check.OneOf("hidden_act", Activation ?? "null", "gelu");
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
