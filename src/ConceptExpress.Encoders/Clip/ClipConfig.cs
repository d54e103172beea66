using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Encoders.Clip;

/// <summary>
/// CLIP's <c>config.json</c>, for reading and writing. Missing fields have the defaults of transformers; unknown fields are ignored.
/// </summary>
sealed record ClipConfig
{
    internal const string ModelType = "clip", Kind = "CLIP";

    /// <summary>What old files have instead of the end-of-text token's id; see <see cref="ClipTextConfig.EndOfTextId"/>.</summary>
    internal const long LegacyEndOfTextId = 2;

    /// <summary>Must be clip.</summary>
    [JsonPropertyName("model_type")] public string Type { get; init; } = ModelType;

    [JsonPropertyName("architectures")] public string[]? Architectures { get; init; } = ["CLIPModel"];

    /// <summary>The configuration of the text tower.</summary>
    [JsonPropertyName("text_config")] public ClipTextConfig Text { get; init; } = new();

    /// <summary>The configuration of the image tower.</summary>
    [JsonPropertyName("vision_config")] public ClipVisionConfig Vision { get; init; } = new();

    /// <summary>Width of the features that both towers share.</summary>
    [JsonPropertyName("projection_dim")] public long ProjectionWidth { get; init; } = 512;

    /// <summary>Value of <see cref="ClipModel.LogitScale"/> at the start of training.</summary>
    [JsonPropertyName("logit_scale_init_value")] public double InitialLogitScale { get; init; } = 2.6592;

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">The file's path, for messages.</param>
    /// <exception cref="CheckpointException">A field is inconsistent or unsupported; the message names it.</exception>
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
