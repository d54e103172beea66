using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Models;

/// <summary>
/// Names a checkpoint, in requests and in results: an <see cref="EmbeddedModel"/> or a <see cref="FolderModel"/>. <see cref="ToString"/>
/// writes the text that files hold; <see cref="Parse"/> reads it.
/// </summary>
[JsonConverter(typeof(ModelReferenceConverter))]
public abstract record ModelReference
{
    const string EmbeddedPrefix = "embedded:";

    /// <summary>How the checkpoint is read. <see cref="ToString"/> does not contain it.</summary>
    /// <value>The default has nothing chosen: as the checkpoint says.</value>
    public CheckpointOptions Options { get; init; } = new();

    /// <summary>The checkpoint that comes with the program, <c>toybox</c>.</summary>
    public static ModelReference Embedded { get; } = new EmbeddedModel("toybox");

    /// <summary>
    /// Reads <c>embedded:NAME</c> as an <see cref="EmbeddedModel"/>, and any other text as the path of a <see cref="FolderModel"/>. The
    /// checkpoint need not exist.
    /// </summary>
    /// <param name="text">The text. The prefix must be in lower case.</param>
    public static ModelReference Parse(string text) => text.StartsWith(EmbeddedPrefix, StringComparison.Ordinal)
        ? new EmbeddedModel(text[EmbeddedPrefix.Length..]) : new FolderModel(text);

    /// <summary>Returns <c>embedded:NAME</c> or the path of the folder.</summary>
    /// <exception cref="NotSupportedException">This is neither an embedded nor a folder model.</exception>
    public sealed override string ToString() => this switch
    {
        EmbeddedModel embedded => EmbeddedPrefix + embedded.Name,
        FolderModel folder => folder.Path,
        _ => throw new NotSupportedException($"{GetType().Name} cannot be written to a file"),
    };
}

/// <summary>A checkpoint that comes with the program. It needs no path.</summary>
/// <param name="Name">ASCII letters, digits and dashes, such as <c>toybox</c>. Checked only when the checkpoint is looked up.</param>
public sealed record EmbeddedModel(string Name) : ModelReference;

/// <summary>
/// A checkpoint on disk: a folder in the diffusers layout, or a single file with the original names and a folder <c>tokenizer</c> beside
/// it.
/// </summary>
/// <param name="Path">The path of its folder or file, full or relative to the current directory. Results name full paths.</param>
public sealed record FolderModel(string Path) : ModelReference;

/// <summary>
/// Reads and writes a <see cref="ModelReference"/>: a JSON string, or, if something is chosen, an object with the string as <c>model</c> and
/// the choices as <c>options</c>.
/// </summary>
sealed class ModelReferenceConverter : JsonConverter<ModelReference>
{
    const string Model = "model", Choices = "options";

    public override ModelReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return ModelReference.Parse(reader.GetString()!);
        if (JsonNode.Parse(ref reader) is not JsonObject all || all[Model]?.GetValueKind() != JsonValueKind.String
            || all.Any(field => field.Key is not (Model or Choices)))
            throw new JsonException($"a model must be a string, or an object with {Model} and {Choices}");
        return ModelReference.Parse(all[Model]!.GetValue<string>()) with
        {
            Options = all[Choices].Deserialize<CheckpointOptions>(options) ?? new CheckpointOptions(),
        };
    }

    public override void Write(Utf8JsonWriter writer, ModelReference value, JsonSerializerOptions options)
    {
        if (value.Options.IsEmpty)
        {
            writer.WriteStringValue(value.ToString());
            return;
        }
        writer.WriteStartObject();
        writer.WriteString(Model, value.ToString());
        writer.WritePropertyName(Choices);
        JsonSerializer.Serialize(writer, value.Options, options);
        writer.WriteEndObject();
    }
}
