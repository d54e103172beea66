using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Encoders.Dino;

/// <summary>DINOv2's <c>config.json</c>. Missing fields have the defaults of transformers; unknown fields are ignored.</summary>
sealed record Dinov2Config
{
    internal const string ModelType = "dinov2", WithRegisters = "dinov2_with_registers", Kind = "DINOv2";

    /// <summary>dinov2 or dinov2_with_registers.</summary>
    [JsonPropertyName("model_type")] public string Type { get; init; } = ModelType;

    /// <summary>Class names in transformers. Some files tell models with registers by these only; see <see cref="HasRegisters"/>.</summary>
    [JsonPropertyName("architectures")] public string[]? Architectures { get; init; }

    /// <summary>Width of the tokens.</summary>
    [JsonPropertyName("hidden_size")] public long HiddenSize { get; init; } = 768;

    [JsonPropertyName("num_hidden_layers")] public int Layers { get; init; } = 12;
    [JsonPropertyName("num_attention_heads")] public long Heads { get; init; } = 12;

    /// <summary>Colour channels of a picture; only 3 is supported.</summary>
    [JsonPropertyName("num_channels")] public long Colours { get; init; } = 3;

    /// <summary>Activation of the feed-forward network; only gelu is supported.</summary>
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "gelu";

    [JsonPropertyName("layer_norm_eps")] public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    [JsonPropertyName("qkv_bias")] public bool HasAttentionBias { get; init; } = true;

    /// <summary>Inner width of the feed-forward network, as a multiple of <see cref="HiddenSize"/>.</summary>
    [JsonPropertyName("mlp_ratio")] public double InnerRatio { get; init; } = 4;

    /// <summary>Whether the feed-forward network is gated (SwiGLU).</summary>
    [JsonPropertyName("use_swiglu_ffn")] public bool IsGated { get; init; }

    /// <summary>Side in pixels of the pictures that the positions were trained on.</summary>
    [JsonPropertyName("image_size")] public int ImageSize { get; init; } = 224;

    /// <summary>Side of a patch, in pixels.</summary>
    [JsonPropertyName("patch_size")] public int PatchSize { get; init; } = 16;

    /// <summary>Number of register tokens in the file; null if the file does not say. See <see cref="Registers"/>.</summary>
    [JsonPropertyName("num_register_tokens"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StoredRegisters { get; init; }

    /// <summary>Whether the model has registers, by its type or its first architecture.</summary>
    [JsonIgnore] public bool HasRegisters => Type == WithRegisters || Architectures is ["Dinov2WithRegistersModel", ..];

    /// <summary>Number of register tokens: 0 in a model without registers, else 4 if the file does not say.</summary>
    [JsonIgnore] public int Registers => HasRegisters ? StoredRegisters ?? 4 : 0;

    /// <summary>Inner width of the feed-forward network: <see cref="HiddenSize"/> times <see cref="InnerRatio"/>.</summary>
    [JsonIgnore] public long InnerWidth => (long)(HiddenSize * InnerRatio);

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">The file's path, for messages.</param>
    /// <exception cref="CheckpointException">A field is inconsistent or unsupported; the message names it.</exception>
    public Dinov2Config Validated(string file)
    {
        var check = new ConfigCheck(file, Kind);
        check.OneOf("model_type", Type ?? "null", ModelType, WithRegisters);
        check.OneOf("hidden_act", Activation ?? "null", "gelu");
        check.Positive("layer_norm_eps", NormEpsilon);
        check.Positive("mlp_ratio", InnerRatio);
        check.Range("hidden_size", [HiddenSize], 1, 1 << 16);
        check.Range("mlp_ratio * hidden_size", [InnerWidth], 1, 1 << 18);
        check.Range("num_hidden_layers", [Layers], 1, 256);
        check.Range("num_attention_heads", [Heads], 1, 1024);
        check.Range("num_channels", [Colours], 3, 3);
        check.Range("num_register_tokens", [Registers], 0, 1024);
        check.Range("image_size", [ImageSize], 1, 4096);
        check.Range("patch_size", [PatchSize], 1, ImageSize);
        check.Divides("patch_size", PatchSize, "image_size", ImageSize);
        check.Divides("num_attention_heads", Heads, "hidden_size", HiddenSize);
        return this;
    }
}
