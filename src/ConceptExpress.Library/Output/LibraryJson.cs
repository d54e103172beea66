using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Output;

/// <summary>
/// The JSON format of this library: camel-case names, and enum values as lower-case words joined by dashes. The same values give the same
/// bytes.
/// </summary>
static class LibraryJson
{
    /// <summary>Options for files that people read and edit: indented.</summary>
    public static JsonSerializerOptions Indented { get; } = Options(indented: true);

    /// <summary>Options for metadata and log lines: all on one line.</summary>
    public static JsonSerializerOptions Compact { get; } = Options(indented: false);

    /// <summary>
    /// Options for reading JSON that people edit: comments and trailing commas are allowed, duplicate names are not. See
    /// <see cref="Parse"/>.
    /// </summary>
    public static JsonDocumentOptions Documents { get; } = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads JSON that people edit and pass on.</summary>
    /// <returns>The JSON value; null if it is <c>null</c>.</returns>
    /// <exception cref="JsonException">The text is not JSON, has a name twice, or has an unpaired surrogate.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Documents);
            _ = json?.ToJsonString(); // unpaired surrogates are detected only when strings are read
            return json;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("the text has an unpaired surrogate", e);
        }
    }

    /// <summary>
    /// Reads a value from JSON that people edit and pass on, or that damage may have changed. No list in it may hold null.
    /// </summary>
    /// <returns>The value; null if the JSON is <c>null</c>.</returns>
    /// <exception cref="JsonException">The text is not the JSON of such a value.</exception>
    public static T? Read<T>(string json, JsonSerializerOptions options) => Read<T>(Parse(json), options);

    /// <inheritdoc cref="Read{T}(string, JsonSerializerOptions)"/>
    public static T? Read<T>(JsonNode? json, JsonSerializerOptions options)
    {
        RequireNoNullItems(json);
        try
        {
            return json.Deserialize<T>(options);
        }
        catch (NotSupportedException e) // a record of several kinds does not say its kind
        {
            throw new JsonException(e.Message, e);
        }
    }

    // The serializer checks for null in fields, but not in lists.
    static void RequireNoNullItems(JsonNode? json)
    {
        if (json is JsonArray list)
            foreach (var item in list)
                RequireNoNullItems(item ?? throw new JsonException("a list has a null in it", list.GetPath(), null, null));
        if (json is JsonObject fields)
            foreach (var (_, value) in fields) RequireNoNullItems(value);
    }

    static JsonSerializerOptions Options(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // keeps <asset0> legible
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // losses of a diverged run are NaN
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowTrailingCommas = true,
        AllowOutOfOrderMetadataProperties = true, // "kind" need not be the first field
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new EnumNames(), new SettingsConverter() },
    };

    /// <summary>Writes a value as an indented file with a line break at its end.</summary>
    public static void Write<T>(string path, T value) => File.WriteAllText(path, Text(value));

    /// <summary>Returns what <see cref="Write"/> writes.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Indented) + "\n";
}
