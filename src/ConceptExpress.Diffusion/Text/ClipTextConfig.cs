using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Text;

/// <summary>The text encoder's <c>config.json</c>. Missing fields have transformers' defaults; unknown fields are ignored.</summary>
sealed record ClipTextConfig
{
    /// <summary>Number of rows in the token table.</summary>
    [JsonPropertyName("vocab_size")] public long VocabularySize { get; init; } = 49408;
    /// <summary>E, width of the hidden states.</summary>
    [JsonPropertyName("hidden_size")] public long HiddenSize { get; init; } = 512;
    /// <summary>Width inside the feed-forward networks.</summary>
    [JsonPropertyName("intermediate_size")] public long IntermediateSize { get; init; } = 2048;
    [JsonPropertyName("num_hidden_layers")] public int Layers { get; init; } = 12;
    [JsonPropertyName("num_attention_heads")] public long Heads { get; init; } = 8;
    /// <summary>Maximum number of tokens in a text.</summary>
    [JsonPropertyName("max_position_embeddings")] public int Positions { get; init; } = 77;
    /// <summary>Activation of the feed-forward networks: quick_gelu or gelu.</summary>
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "quick_gelu";
    [JsonPropertyName("layer_norm_eps")] public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>
    /// Id of the end-of-text token. CLIP takes the pooled text from the state at this token. Old files say 2, which is not the end-of-text
    /// token; with them CLIP pools at the first position of the text's largest id. Stable Diffusion does not pool.
    /// </summary>
    [JsonPropertyName("eos_token_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? EndOfTextId { get; init; } = 49407;

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">Path of the file, for messages.</param>
    /// <param name="model">Kind of model that the text encoder belongs to, for messages.</param>
    /// <exception cref="CheckpointException">A field is invalid or not supported; the message names it.</exception>
    public ClipTextConfig Validated(string file, string model = ConfigCheck.StableDiffusion)
    {
        var check = new ConfigCheck(file, model);
        check.OneOf("hidden_act", Activation ?? "null", "quick_gelu", "gelu");
        check.Positive("layer_norm_eps", NormEpsilon);
        check.Range("vocab_size", [VocabularySize], 1, 10_000_000);
        check.Range("hidden_size", [HiddenSize], 1, 1 << 16);
        check.Range("intermediate_size", [IntermediateSize], 1, 1 << 18);
        check.Range("num_hidden_layers", [Layers], 1, 256);
        check.Range("max_position_embeddings", [Positions], 4, 4096);
        check.Range("num_attention_heads", [Heads], 1, 1024);
        check.Divides("num_attention_heads", Heads, "hidden_size", HiddenSize);
        return this;
    }
}
