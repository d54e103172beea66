using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.States;

/// <summary>What an unfinished extraction works on, and how: everything that decides its result.</summary>
public sealed record StateRecord
{
    public const string CurrentSchema = "conceptexpress/unfinished@1";

    /// <summary><see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    public required ImageRecord Image { get; init; }

    /// <summary>Of the masks that were given, <c>sha256:</c> and 64 hexadecimal digits; null where concepts were looked for.</summary>
    public required string? Masks { get; init; }

    public required ModelRecord Model { get; init; }
    public required SettingsRecord Settings { get; init; }
    public required PreviewSettings Previews { get; init; }

    /// <summary>A sample is drawn every so many passes; null for none.</summary>
    public required int? SampleEvery { get; init; }

    /// <summary>What identifies given masks.</summary>
    public static string? DigestOf(IReadOnlyList<Mask>? masks)
    {
        if (masks is null) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var mask in masks)
        {
            hash.AppendData(BitConverter.GetBytes(mask.Width));
            hash.AppendData(MemoryMarshal.AsBytes(mask.Pixels));
        }
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Refuses to go on with another work than was begun.</summary>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="output">The folder, for the message.</param>
    /// <exception cref="SettingsException">Something differs that decides the result; names it, and both values.</exception>
    public void RequireSame(StateRecord wanted, string output)
    {
        // Names and places may change: a file that moved, or a model on another machine, is the same by its hash.
        static StateRecord Decisive(StateRecord record) => record with { Image = record.Image with { Name = "" }, Model = record.Model with { Name = "", Path = "" } };
        static JsonNode? Json(StateRecord record) => JsonSerializer.SerializeToNode(Decisive(record), LibraryJson.Compact);
        if (FirstDifference(Json(this), Json(wanted), "") is not { } other) return;
        var what = other.Path switch
        {
            "image.sha256" or "image.width" or "image.height" => "another picture",
            "model.hash" => "another checkpoint",
            "model.precision" => $"another precision ({other.Begun})",
            "masks" => "other masks",
            _ => $"{other.Path.Replace("settings.", "", StringComparison.Ordinal)} {other.Begun}, not {other.Wanted}",
        };
        throw new SettingsException($"the unfinished extraction in {output} was begun with {what}; go on with the same, or choose another output folder.");
    }

    static (string Path, string Begun, string Wanted)? FirstDifference(JsonNode? begun, JsonNode? wanted, string path)
    {
        if (begun is JsonObject first && wanted is JsonObject second)
            return first.Select(field => field.Key).Union(second.Select(field => field.Key))
                .Select(key => FirstDifference(first[key], second[key], path.Length == 0 ? key : $"{path}.{key}")).FirstOrDefault(difference => difference is not null);
        return JsonNode.DeepEquals(begun, wanted) ? null : (path, Text(begun), Text(wanted));
    }

    static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
