using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Text;

/// <summary>The text encoder's <c>config.json</c>. Fields that a file leaves out take transformers' defaults; unknown fields are ignored.</summary>
public sealed record ClipTextConfig
{
    [JsonPropertyName("vocab_size")] public long VocabularySize { get; init; } = 49408;
    [JsonPropertyName("hidden_size")] public long HiddenSize { get; init; } = 512;
    [JsonPropertyName("intermediate_size")] public long IntermediateSize { get; init; } = 2048;
    [JsonPropertyName("num_hidden_layers")] public int Layers { get; init; } = 12;
    [JsonPropertyName("num_attention_heads")] public long Heads { get; init; } = 8;
    [JsonPropertyName("max_position_embeddings")] public int Positions { get; init; } = 77;
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "quick_gelu";
    [JsonPropertyName("layer_norm_eps")] public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>
    /// The end-of-text token, which CLIP pools a text at. Old files say 2, which is no such token and means: where the text's largest id
    /// first stands. Stable Diffusion pools nothing.
    /// </summary>
    [JsonPropertyName("eos_token_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? EndOfTextId { get; init; } = 49407;

    /// <summary>Refuses what this implementation, or the file itself, cannot be.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="model">The kind of model that the text encoder belongs to, for messages.</param>
    /// <exception cref="CheckpointException">Naming the field.</exception>
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
