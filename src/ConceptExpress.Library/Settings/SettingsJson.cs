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

/// <summary>Changes settings by their names on disk: from a file, or one by one (<c>losses.alignmentWeight=0</c>).</summary>
public static class SettingsJson
{
    const int MaxFileBytes = 16 << 20;

    // Names in lists of records, which Overlay does not look into.
    static readonly JsonSerializerOptions Strict = new(LibraryJson.Indented) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    // The families, whose kinds have names of their own, and what an object of each kind begins as.
    static readonly Lazy<JsonObject[][]> Families = new(() =>
    [
        [Node(LocatingRecord.Of(new PublishedLocating())), Node(LocatingRecord.Of(new BorderLocating()))],
        [Node(ClusteringRecord.Of(new FinchClustering())), Node(ClusteringRecord.Of(new KMeansClustering()))],
        [Node(StartRecord.Of(new LateWords())), Node(StartRecord.Of(new MeanWord())), Node(StartRecord.Of(new RandomRows())), Node(StartRecord.Of(new BestWords()))],
        [Node(AlignmentRecord.Of(new EarthMoverAlignment())), Node(AlignmentRecord.Of(new SquaredAlignment()))],
    ]);

    /// <summary>Settings changed by a file: a <c>concepts.json</c>, or a record of settings that need not be whole.</summary>
    /// <param name="settings">What the file leaves out.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="SettingsException">The file is no such record, or names a setting that does not exist or a value that it does not take.</exception>
    public static ExtractionSettings WithFile(ExtractionSettings settings, string path)
    {
        var root = ReadObject(path);
        if (root["schema"] is not { } schema) return With(settings, root, path);
        if (schema.ToString() != ConceptManifest.CurrentSchema)
            throw new SettingsException($"{path} is of another version (its schema is '{schema}', this program reads {ConceptManifest.CurrentSchema}).");
        return With(settings, root["settings"] as JsonObject ?? throw new SettingsException($"{path} holds no settings; name a concepts.json or a record of settings."), path);
    }

    /// <summary>Settings changed one by one.</summary>
    /// <param name="settings">Where to begin.</param>
    /// <param name="assignments"><c>path=value</c>: names joined by dots, and a JSON value or a plain word.</param>
    /// <exception cref="SettingsException">An assignment names a setting that does not exist, or a value that it does not take.</exception>
    public static ExtractionSettings With(ExtractionSettings settings, IEnumerable<string> assignments)
    {
        foreach (var assignment in assignments)
        {
            if (assignment.IndexOf('=') is var sign && sign < 1) throw new SettingsException($"'{assignment}' is no setting and its value; write it like learning.passes=20.");
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
            return record.Deserialize<SettingsRecord>(Strict)!.ToSettings();
        }
        catch (JsonException e)
        {
            throw new SettingsException($"{source}: {(e.Path is { Length: > 2 } path ? path[2..] : "the record")} does not take this value.");
        }
    }

    static void Overlay(JsonObject target, JsonObject changes, string path)
    {
        if (KindOf(changes) is { } kind && KindOf(target) is { } before && kind != before) Become(target, kind, path);
        foreach (var (name, value) in changes)
        {
            if (!target.ContainsKey(name))
                throw new SettingsException($"there is no setting {path}{name}; here there are {string.Join(", ", target.Select(field => field.Key))}.");
            switch (target[name], value)
            {
                case (JsonObject outer, JsonObject inner): Overlay(outer, inner, $"{path}{name}."); break;
                case (JsonObject outer, _): throw new SettingsException($"{path}{name} is no single value; set what is in it, like {path}{name}.{outer.First().Key}.");
                case (_, JsonObject): throw new SettingsException($"{path}{name} is a single value; set it itself.");
                case (_, JsonArray list) when list.Contains(null): throw new SettingsException($"{path}{name} is a list without a value at one place.");
                default: target[name] = value?.DeepClone(); break;
            }
        }
    }

    static string? KindOf(JsonObject record) => record[LocatingRecord.Kind]?.ToString();

    /// <summary>Makes an object one of another kind of its family, with that kind's defaults; what both kinds have stays.</summary>
    static void Become(JsonObject target, string kind, string path)
    {
        var (family, before) = (Families.Value.Single(members => members.Any(member => KindOf(member) == KindOf(target))), target.DeepClone().AsObject());
        var fresh = family.FirstOrDefault(member => KindOf(member) == kind)
            ?? throw new SettingsException($"{path}{LocatingRecord.Kind} is '{kind}'; it takes one of {string.Join(", ", family.Select(KindOf))}.");
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
            if (new FileInfo(path).Length > MaxFileBytes) throw new SettingsException($"{path} is too long for a record of settings.");
            return LibraryJson.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new SettingsException($"{path} is no record of settings; it takes a JSON object.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new SettingsException($"{path} is no JSON ({e.Message.Split(". ")[0].TrimEnd('.')}).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{path} cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }
}
