using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConceptExpress.Library.Output;

/// <summary>How every JSON of ours is written: camel case, enumerations as lower-case words, the same bytes for the same values.</summary>
public static class LibraryJson
{
    /// <summary>For files that people read and edit.</summary>
    public static JsonSerializerOptions Indented { get; } = Options(indented: true);

    /// <summary>On one line, for metadata and standard output.</summary>
    public static JsonSerializerOptions Compact { get; } = Options(indented: false);

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
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes a value as an indented file that ends in a line break.</summary>
    public static void Write<T>(string path, T value) => File.WriteAllText(path, JsonSerializer.Serialize(value, Indented) + "\n");
}
