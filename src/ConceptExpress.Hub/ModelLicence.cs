using System.Text.Json;

namespace ConceptExpress.Hub;

/// <summary>The licence of a checkpoint, as its publisher states it.</summary>
/// <param name="Name">The identifier or name, such as <c>creativeml-openrail-m</c>.</param>
/// <param name="Link">Where its text is: an address, or a file's name in the repository; null, the default, if it is not said.</param>
sealed record ModelLicence(string Name, string? Link = null)
{
    const int MaxCard = 1 << 20, MaxText = 200;

    /// <summary>Returns the name, and the link in parentheses if there is one.</summary>
    public override string ToString() => Link is null ? Name : $"{Name} ({Link})";

    /// <summary>Makes a licence from what a model card says; null if it says nothing that can be shown.</summary>
    public static ModelLicence? Of(string? licence, string? name, string? link)
    {
        var shown = licence is null or "other" ? Text(name) ?? Text(licence) : Text(licence);
        return shown is null ? null : new ModelLicence(shown, Text(link));
    }

    /// <summary>Reads the card of the hub's JSON: <c>{"license": "mit"}</c>, a list of licences, or <c>other</c> with a name.</summary>
    public static ModelLicence? OfCard(JsonElement card)
    {
        if (card.ValueKind != JsonValueKind.Object) return null;
        string? Field(string name) => card.TryGetProperty(name, out var value) ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String)
                .Select(each => each.GetString())),
            _ => null,
        } : null;
        return Of(Field("license"), Field("license_name"), Field("license_link"));
    }

    /// <summary>
    /// Reads the licence that the model card <c>README.md</c> in a folder names between its first two lines of dashes; null if there is no
    /// card, or it names none.
    /// </summary>
    public static ModelLicence? InFolder(string folder)
    {
        var card = Path.Combine(folder, "README.md");
        try
        {
            return File.Exists(card) && new FileInfo(File.ResolveLinkTarget(card, true)?.FullName ?? card).Length <= MaxCard
                ? OfFrontMatter(File.ReadLines(card)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // what cannot be read tells no licence
        }
    }

    public static ModelLicence? OfFrontMatter(IEnumerable<string> lines)
    {
        using var each = lines.GetEnumerator();
        if (!each.MoveNext() || each.Current.Trim() != "---") return null;
        Dictionary<string, string> fields = [];
        var list = "";
        while (each.MoveNext() && each.Current.TrimEnd() != "---")
        {
            var line = each.Current;
            if (line.TrimStart().StartsWith("- ", StringComparison.Ordinal) && list.Length > 0)
                fields[list] = fields.TryGetValue(list, out var before) ? $"{before}, {Value(line.TrimStart()[2..])}"
                    : Value(line.TrimStart()[2..]);
            var colon = line.IndexOf(':');
            if (colon <= 0 || char.IsWhiteSpace(line[0]) || line[0] == '-') continue;
            var (key, value) = (line[..colon], Value(line[(colon + 1)..]));
            list = value.Length == 0 ? key : "";
            if (value.Length > 0) fields.TryAdd(key, value);
        }
        return Of(fields.GetValueOrDefault("license"), fields.GetValueOrDefault("license_name"), fields.GetValueOrDefault("license_link"));
    }

    static string Value(string text) => text.Trim().Trim('"', '\'');

    // The text comes from the network, and is shown on one line.
    static string? Text(string? text) => text?.Trim() is { Length: > 0 and <= MaxText } shown && !shown.Any(char.IsControl) ? shown : null;
}
