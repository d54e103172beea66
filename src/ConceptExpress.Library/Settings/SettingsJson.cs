using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Settings;

/// <summary>
/// Changes settings by their JSON names: from a file, or one by one (<c>losses.alignmentWeight=0</c>). Checks names and types, but not
/// ranges: call <see cref="ExtractionSettings.Validated"/> on the result.
/// </summary>
public static class SettingsJson
{
    const int MaxFileBytes = 16 << 20;

    // Refuses unknown names inside lists of records, which Overlay does not check.
    static readonly JsonSerializerOptions Strict =
        new(LibraryJson.Indented) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    // Settings that have several kinds, with the defaults of each kind.
    static readonly Lazy<JsonObject[][]> Families = new(() =>
    [
        [Node(LocatingRecord.Of(new PublishedLocating())), Node(LocatingRecord.Of(new BorderLocating()))],
        [Node(ClusteringRecord.Of(new FinchClustering())), Node(ClusteringRecord.Of(new KMeansClustering()))],
        [Node(StartRecord.Of(new LateWords())), Node(StartRecord.Of(new MeanWord())), Node(StartRecord.Of(new RandomRows())),
            Node(StartRecord.Of(new BestWords()))],
        [Node(AlignmentRecord.Of(new EarthMoverAlignment())), Node(AlignmentRecord.Of(new SquaredAlignment()))],
    ]);

    /// <summary>Returns settings changed by a JSON file: a <c>concepts.json</c>, or an object with some or all settings.</summary>
    /// <param name="settings">The values of all settings that the file does not have.</param>
    /// <param name="path">The path of the file, which may have up to 16 MiB. Comments and trailing commas are allowed.</param>
    /// <exception cref="SettingsException">
    /// The file cannot be read, is too large, is not such JSON, is a <c>concepts.json</c> of another schema version, names a setting that
    /// does not exist, or gives a setting a value of the wrong type.
    /// </exception>
    public static ExtractionSettings WithFile(ExtractionSettings settings, string path)
    {
        var root = ReadObject(path);
        if (root["schema"] is not { } schema) return With(settings, root, path);
        if (schema.ToString() != ConceptManifest.CurrentSchema)
            throw new SettingsException(
                $"{path} has another version (schema '{schema}', but this program reads {ConceptManifest.CurrentSchema}); extract the "
                + "concepts again.");
        return With(settings, root["settings"] as JsonObject
            ?? throw new SettingsException($"{path} has no settings; name a concepts.json or a JSON object of settings."), path);
    }

    /// <summary>Returns settings changed one by one, in order.</summary>
    /// <param name="settings">The settings to start from.</param>
    /// <param name="assignments">
    /// <c>path=value</c>: JSON names joined by dots, and a JSON value or a plain word. After a change of <c>kind</c>
    /// (<c>locating.kind=border</c>), settings that both kinds have keep their values, and the others have their defaults.
    /// </param>
    /// <exception cref="SettingsException">
    /// An assignment is malformed, names a setting that does not exist, or gives a setting a value of the wrong type.
    /// </exception>
    public static ExtractionSettings With(ExtractionSettings settings, IEnumerable<string> assignments)
    {
        foreach (var assignment in assignments)
        {
            if (assignment.IndexOf('=') is var sign && sign < 1)
                throw new SettingsException($"'{assignment}' is not of the form name=value; write it like learning.passes=20.");
            JsonNode? change = Value(assignment[(sign + 1)..]);
            foreach (var name in assignment[..sign].Split('.').Reverse()) change = new JsonObject { [name] = change };
            settings = With(settings, (JsonObject)change!, assignment);
        }
        return settings;
    }

    static ExtractionSettings With(ExtractionSettings settings, JsonObject changes, string source)
    {
        var record = Node(SettingsRecord.Of(settings));
        Overlay(record, changes, "");
        try
        {
            return LibraryJson.Read<SettingsRecord>(record, Strict)!.ToSettings();
        }
        catch (JsonException e)
        {
            throw new SettingsException(
                $"{source}: "
                + $"{(e.Path is { Length: > 2 } path ? path[2..] : "the record")} does not accept this value; give it one of the right "
                + "type.");
        }
    }

    static void Overlay(JsonObject target, JsonObject changes, string path)
    {
        if (KindOf(changes) is { } kind && KindOf(target) is { } before && kind != before) Become(target, kind, path);
        foreach (var (name, value) in changes)
        {
            if (!target.ContainsKey(name))
                throw new SettingsException(
                    $"there is no setting {path}{name}; use one of {string.Join(", ", target.Select(field => field.Key))}.");
            switch (target[name], value)
            {
                case (JsonObject outer, JsonObject inner): Overlay(outer, inner, $"{path}{name}."); break;
                case (JsonObject outer,
                    _):
                    throw new SettingsException(
                    $"{path}{name} is a group of settings; set one of them, like {path}{name}.{outer.First().Key}.");
                case (_, JsonObject):
                    throw new SettingsException(
                    $"{path}{name} is a single value, not a group; give it a value instead of an object.");
                case (_, JsonArray list) when list.Contains(null):
                    throw new SettingsException(
                    $"{path}{name} is a list with a null in it; give every entry a value.");
                default: target[name] = value?.DeepClone(); break;
            }
        }
    }

    static string? KindOf(JsonObject record) => record[LocatingRecord.Kind]?.ToString();

    /// <summary>
    /// Changes an object to another kind: fields that both kinds have keep their values, the others get the new kind's defaults.
    /// </summary>
    static void Become(JsonObject target, string kind, string path)
    {
        var (family, before) = (Families.Value.Single(members => members.Any(member => KindOf(member) == KindOf(target))),
            target.DeepClone().AsObject());
        var fresh = family.FirstOrDefault(member => KindOf(member) == kind)
            ?? throw new SettingsException(
                $"{path}{LocatingRecord.Kind} is '{kind}'; it takes one of {string.Join(", ", family.Select(KindOf))}.");
        target.Clear();
        foreach (var (name, value) in fresh)
            target[name] = (name != LocatingRecord.Kind && before.ContainsKey(name) ? before[name] : value)?.DeepClone();
    }

    static JsonObject Node<T>(T record) => JsonSerializer.SerializeToNode(record, LibraryJson.Indented)!.AsObject();

    static JsonNode? Value(string text)
    {
        try
        {
            return LibraryJson.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    static JsonObject ReadObject(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                throw new SettingsException(
                    $"{path} is too long for a file of settings; name a concepts.json or a JSON object of settings.");
            return LibraryJson.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new SettingsException($"{path} is not a JSON object; name a concepts.json or a JSON object of settings.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new SettingsException($"{path} is not valid JSON ({e.Message.Split(". ")[0].TrimEnd('.')}); correct it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{path} cannot be read ({e.Message.TrimEnd('.')}); check the name and its permissions.");
        }
    }
}
