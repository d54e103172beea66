using System.Text.Json;
using System.Text.Json.Serialization;
using ConceptExpress.Extraction;

namespace ConceptExpress.Library.Settings;

/// <summary>Reads and writes <see cref="ExtractionSettings"/> as a <see cref="SettingsRecord"/>, in all JSON of this library.</summary>
sealed class SettingsConverter : JsonConverter<ExtractionSettings>
{
    public override ExtractionSettings? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<SettingsRecord>(ref reader, options)?.ToSettings();

    public override void Write(Utf8JsonWriter writer, ExtractionSettings value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, SettingsRecord.Of(value), options);
}
