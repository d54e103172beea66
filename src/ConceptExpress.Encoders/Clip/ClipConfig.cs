using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Encoders.Clip;

/// <summary>
/// CLIP's <c>config.json</c>, to read and to write. Fields that a file leaves out take transformers' defaults; unknown fields are ignored.
/// </summary>
public sealed record ClipConfig
{
    internal const string ModelType = "clip", Kind = "CLIP";

    /// <summary>What old files say in place of the end-of-text token; see <see cref="ClipTextConfig.EndOfTextId"/>.</summary>
    internal const long LegacyEndOfTextId = 2;

    [JsonPropertyName("model_type")] public string Type { get; init; } = ModelType;
    [JsonPropertyName("architectures")] public string[]? Architectures { get; init; } = ["CLIPModel"];
    [JsonPropertyName("text_config")] public ClipTextConfig Text { get; init; } = new();
    [JsonPropertyName("vision_config")] public ClipVisionConfig Vision { get; init; } = new();

    /// <summary>Width of the features that both towers share.</summary>
    [JsonPropertyName("projection_dim")] public long ProjectionWidth { get; init; } = 512;

    /// <summary>Where training starts the logarithm of the cosines' factor.</summary>
    [JsonPropertyName("logit_scale_init_value")] public double InitialLogitScale { get; init; } = 2.6592;

    /// <summary>Refuses what this implementation, or the file itself, cannot be.</summary>
    /// <exception cref="CheckpointException">Naming the field.</exception>
    public ClipConfig Validated(string file)
    {
        var check = new ConfigCheck(file, Kind);
        check.OneOf("model_type", Type ?? "null", ModelType);
        check.Present(("text_config", Text), ("vision_config", Vision));
        check.Range("projection_dim", [ProjectionWidth], 1, 1 << 16);
        Text.Validated($"{file}, text_config", Kind);
        Vision.Validated($"{file}, vision_config");
        if (Text.EndOfTextId is { } end and not LegacyEndOfTextId)
            new ConfigCheck($"{file}, text_config", Kind).Range("eos_token_id", [end], 0, Text.VocabularySize - 1);
        return this;
    }
}
