using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConceptExpress.Library.Models;

/// <summary>How a checkpoint is named, in requests and in results: a closed family. <see cref="ToString"/> and <see cref="Parse"/> are its form in files.</summary>
[JsonConverter(typeof(ModelReferenceConverter))]
public abstract record ModelReference
{
    const string EmbeddedPrefix = "embedded:";

    /// <summary>The checkpoint that comes with the program.</summary>
    public static ModelReference Embedded { get; } = new EmbeddedModel("toybox");

    /// <summary>Reads <c>embedded:toybox</c>; everything else is a folder.</summary>
    public static ModelReference Parse(string text) => text.StartsWith(EmbeddedPrefix, StringComparison.Ordinal) ? new EmbeddedModel(text[EmbeddedPrefix.Length..]) : new FolderModel(text);

    /// <summary>As files have it.</summary>
    public sealed override string ToString() => this switch
    {
        EmbeddedModel embedded => EmbeddedPrefix + embedded.Name,
        FolderModel folder => folder.Path,
        _ => throw new NotSupportedException($"{GetType().Name} has no form in files"),
    };
}

/// <summary>A checkpoint that comes with the program: it is found wherever the program stands.</summary>
/// <param name="Name"><c>toybox</c>.</param>
public sealed record EmbeddedModel(string Name) : ModelReference;

/// <summary>A checkpoint in the diffusers layout.</summary>
/// <param name="Path">Its folder.</param>
public sealed record FolderModel(string Path) : ModelReference;

/// <summary>A <see cref="ModelReference"/> as a JSON string.</summary>
public sealed class ModelReferenceConverter : JsonConverter<ModelReference>
{
    public override ModelReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ModelReference.Parse(reader.GetString() ?? throw new JsonException("a model is named by a text"));

    public override void Write(Utf8JsonWriter writer, ModelReference value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
