using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Output;

/// <summary>How every JSON of ours is written: camel case, enumerations as lower-case words, the same bytes for the same values.</summary>
public static class LibraryJson
{
    /// <summary>For files that people read and edit.</summary>
    public static JsonSerializerOptions Indented { get; } = Options(indented: true);

    /// <summary>On one line, for metadata and standard output.</summary>
    public static JsonSerializerOptions Compact { get; } = Options(indented: false);

    /// <summary>How JSON that people edit is read; see <see cref="Parse"/>.</summary>
    public static JsonDocumentOptions Documents { get; } = new()
    {
        AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false,
    };

    /// <summary>Reads JSON that people edit and pass on.</summary>
    /// <returns>Null for <c>null</c>.</returns>
    /// <exception cref="JsonException">The text is no JSON, names a field twice, or holds half a character.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Documents);
            _ = json?.ToJsonString(); // half characters are met only when they are asked for
            return json;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("the text holds half a character", e);
        }
    }

    static JsonSerializerOptions Options(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // <asset0> stays legible
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a diverged run's losses are NaN
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowTrailingCommas = true,
        AllowOutOfOrderMetadataProperties = true, // "kind" need not come first
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new SettingsConverter() },
    };

    /// <summary>Writes a value as an indented file that ends in a line break.</summary>
    public static void Write<T>(string path, T value) => File.WriteAllText(path, JsonSerializer.Serialize(value, Indented) + "\n");
}
