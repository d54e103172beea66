using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConceptExpress.Library.Output;

/// <summary>
/// Writes enum values as lower-case words joined by dashes, or as their attribute says, and reads nothing else: the serializer's own
/// converter also takes numbers and lists of names, which give values that the enum does not have.
/// </summary>
sealed class EnumNames : JsonConverterFactory
{
    public override bool CanConvert(Type type) => type.IsEnum;

    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(type))!;

    sealed class Of<T> : JsonConverter<T> where T : struct, Enum
    {
        static readonly Dictionary<string, T> values =
            Enum.GetValues<T>().ToDictionary(Name, StringComparer.OrdinalIgnoreCase);

        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && values.TryGetValue(reader.GetString()!, out var value)
                ? value
                : throw new JsonException(); // the serializer adds the path

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Name(value));

        static string Name(T value) =>
            typeof(T).GetField(value.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
            ?? JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
    }
}
