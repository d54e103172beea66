using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Pages;

/// <summary>The settings by their names in files, with those marked that differ from the preset's.</summary>
static class SettingsTable
{
    sealed record Row(string Name, string Value, string? Usual);

    /// <summary>Returns the changed settings, and a table of all.</summary>
    public static Markup Of(ExtractionReport report)
    {
        var preset = report.Settings.Preset;
        var rows = Rows(SettingsRecord.Of(report.Settings), SettingsRecord.Of(ExtractionSettings.For(preset) with
        {
            Resolution = report.Settings.Resolution, // filled in from the checkpoint
        })).ToList();
        if (report.Previews?.Settings is { } previews)
            rows.AddRange(Rows(previews, PreviewSettings.For(preset)).Select(row => row with { Name = $"previewSettings.{row.Name}" }));
        var changed = rows.Where(row => row.Usual is not null).ToList();
        return Markup.Of($"""
            {Changed(changed, NameOf(preset))}
            <details><summary>All {rows.Count} settings</summary>
            {Table(rows, "All settings")}</details>
            """);
    }

    /// <summary>Returns a preset's name in files.</summary>
    internal static string NameOf(Preset preset) => preset.ToString().ToLowerInvariant();

    static Markup Changed(List<Row> changed, string preset) => changed.Count == 0
        ? Markup.Of($"<p>All settings are those of the preset {preset}.</p>")
        : Markup.Of($"""
            <p>{(changed.Count == 1 ? "One setting differs" : $"{changed.Count} settings differ")} from the preset {preset}:</p>
            {Table(changed, $"Settings that differ from the preset {preset}")}
            """);

    static Markup Table(IEnumerable<Row> rows, string caption) => Markup.Of($"""
        <table class="settings"><caption class="hidden">{caption}</caption>
        <thead><tr><th scope="col">setting</th><th scope="col">value</th><th scope="col">in the preset</th></tr></thead>
        <tbody>
        {Markup.Each(rows, row => Markup.Of($"""
            <tr class="{(row.Usual is null ? "usual" : "changed")}"><th scope="row"><code>{row.Name}</code></th>
            <td>{row.Value}</td><td>{row.Usual ?? "the same"}</td></tr>

            """))}</tbody></table>
        """);

    static IEnumerable<Row> Rows<T>(T used, T usual)
    {
        var own = Flat(Node(used), "").ToList();
        var others = Flat(Node(usual), "").ToDictionary(setting => setting.Name, setting => setting.Value);
        return own.Select(setting => new Row(setting.Name, setting.Value,
            others.TryGetValue(setting.Name, out var other) ? other == setting.Value ? null : other : "not in it"));
    }

    static IEnumerable<(string Name, string Value)> Flat(JsonNode? node, string name) => node is JsonObject fields
        ? fields.SelectMany(field => Flat(field.Value, name.Length == 0 ? field.Key : $"{name}.{field.Key}"))
        : [(name, Text(node))];

    static string Text(JsonNode? value) => value switch
    {
        null => "none",
        JsonArray list => string.Join(", ", list.Select(Text)),
        JsonObject fields => string.Join(" ", fields.Select(field => $"{field.Key} {Text(field.Value)}")),
        _ => value.ToString(),
    };

    static JsonNode? Node<T>(T record) => JsonSerializer.SerializeToNode(record, LibraryJson.Indented);
}
