using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// Checks the fields of a component's <c>config.json</c>. Every check throws a <see cref="CheckpointException"/> that names the field if it
/// fails.
/// </summary>
/// <param name="file">Path of the file, for messages.</param>
/// <param name="model">Kind of model that the file should describe, for messages.</param>
sealed class ConfigCheck(string file, string model = ConfigCheck.StableDiffusion)
{
    /// <summary>The default kind of model, for messages.</summary>
    public const string StableDiffusion = "Stable Diffusion 1.x or 2.x";

    static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.Strict,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip
    };

    /// <summary>Reads a configuration file. Unknown fields are ignored.</summary>
    /// <exception cref="CheckpointException">The file is missing, unreadable or not a configuration of this type.</exception>
    public static T Read<T>(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(PythonJson.Standard(CheckpointJson.ReadText(file)), Options)
                ?? throw new CheckpointException($"{file} holds no configuration; copy the checkpoint again.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException(
                $"{file} is not a valid configuration "
                + $"({(e.Path is { Length: > 0 } path ? path + ": " : "")}{FirstSentence(e.Message)}); copy the checkpoint again.", e);
        }
    }

    static string FirstSentence(string text) => text.Split(". ")[0].TrimEnd('.').ReplaceLineEndings(" ");

    /// <summary>Requires that fields are not null.</summary>
    public void Present(params ReadOnlySpan<(string Field, object? Value)> fields)
    {
        foreach (var (field, value) in fields)
            if (value is null) Fail(field, "is null");
    }

    /// <summary>Requires at least one value, and all values from <paramref name="low"/> to <paramref name="high"/> (inclusive).</summary>
    public void Range(string field, long[] values, long low, long high)
    {
        if (values.Length == 0) Fail(field, "is empty");
        foreach (var value in values)
            if (value < low || value > high) Fail(field, $"is {value}, outside {low} to {high}");
    }

    /// <summary>Requires a positive, finite number.</summary>
    public void Positive(string field, double value)
    {
        if (!(value > 0 && double.IsFinite(value))) Fail(field, $"is {value}, not a positive number");
    }

    /// <summary>Requires a list with one entry per level.</summary>
    public void Length(string field, int length, int levels)
    {
        if (length != levels) Fail(field, $"has {length} entries for {levels} levels");
    }

    /// <summary>Requires lists with one entry for all levels, or one per level, each from 1 to 65536.</summary>
    public void Lengths(int levels, params ReadOnlySpan<(string Field, int[] Values)> lists)
    {
        foreach (var (field, values) in lists)
        {
            if (values.Length != 1) Length(field, values.Length, levels);
            Range(field, [.. values.Select(v => (long)v)], 1, 1 << 16);
        }
    }

    /// <summary>Requires one of the known values.</summary>
    public void OneOf(string field, string? value, params string[] known)
    {
        if (!known.Contains(value)) Fail(field, $"is {CheckpointException.Quoted(value ?? "null")}; supported: {string.Join(", ", known)}");
    }

    /// <summary>Requires that a switch is false or absent.</summary>
    public void Off(string field, bool? value)
    {
        if (value == true) Fail(field, "is true, which Stable Diffusion 1.x and 2.x do not use");
    }

    /// <summary>Requires that <paramref name="divisor"/> divides <paramref name="value"/>.</summary>
    public void Divides(string field, long divisor, string otherField, long value)
    {
        if (value % divisor != 0) Fail(field, $"({divisor}) does not divide {otherField} ({value})");
    }

    void Fail(string field, string what) =>
        throw new CheckpointException($"{file}: {field} {what}; this is not a usable {model} checkpoint.");
}

/// <summary>Reads a number or a list of numbers as a list. Configurations of diffusers allow both.</summary>
sealed class NumberOrList : JsonConverter<int[]>
{
    public override int[]? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType == JsonTokenType.Number) return [reader.GetInt32()];
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected a number or a list of numbers");
        var values = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(reader.TokenType == JsonTokenType.Number
                ? reader.GetInt32()
                : throw new JsonException("expected a list of numbers"));
        return [.. values];
    }

    public override void Write(Utf8JsonWriter writer, int[] value, JsonSerializerOptions options)
    {
        if (value.Length == 1) writer.WriteNumberValue(value[0]);
        else JsonSerializer.Serialize(writer, value, options);
    }
}

/// <summary>Reads a number, or the first number of a list (a sample size given as height and width).</summary>
sealed class NumberOrFirst : JsonConverter<int?>
{
    readonly NumberOrList list = new();

    public override int? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        list.Read(ref reader, typeof(int[]), options) is [var first, ..] ? first : null;

    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options)
    {
        if (value is { } number) writer.WriteNumberValue(number);
        else writer.WriteNullValue();
    }
}
