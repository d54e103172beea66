using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConceptExpress.Library.Models;

/// <summary>
/// Names a checkpoint, in requests and in results: an <see cref="EmbeddedModel"/> or a <see cref="FolderModel"/>. <see cref="ToString"/>
/// writes the text that files hold; <see cref="Parse"/> reads it.
/// </summary>
[JsonConverter(typeof(ModelReferenceConverter))]
public abstract record ModelReference
{
    const string EmbeddedPrefix = "embedded:";

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

/// <summary>Reads and writes a <see cref="ModelReference"/> as a JSON string.</summary>
sealed class ModelReferenceConverter : JsonConverter<ModelReference>
{
    public override ModelReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ModelReference.Parse(reader.GetString() ?? throw new JsonException("a model must be a string, not null"));

    public override void Write(Utf8JsonWriter writer, ModelReference value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
