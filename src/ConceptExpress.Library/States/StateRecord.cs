using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.States;

/// <summary>
/// The inputs of an unfinished extraction: picture, masks, model and settings, that is, everything that determines its result.
/// </summary>
sealed record StateRecord
{
    /// <summary>The schema version that this program reads and writes.</summary>
    public const string CurrentSchema = "conceptexpress/unfinished@2";

    /// <summary>The schema version of the file.</summary>
    /// <value>The default is <see cref="CurrentSchema"/>.</value>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The picture.</summary>
    public required ImageRecord Image { get; init; }

    /// <summary>The digest of given masks (<see cref="DigestOf"/>); null if the concepts were located in the picture.</summary>
    public required string? Masks { get; init; }

    /// <summary>The checkpoint.</summary>
    public required ModelRecord Model { get; init; }

    /// <summary>The settings of the extraction.</summary>
    public required ExtractionSettings Settings { get; init; }

    /// <summary>How previews are drawn at the end.</summary>
    public required PreviewSettings Previews { get; init; }

    /// <summary>The number of passes from one sample to the next; null draws no samples.</summary>
    public required int? SampleEvery { get; init; }

    /// <summary>Returns <c>sha256:</c> and 64 hexadecimal digits, computed from the sizes and pixels of masks; null for null.</summary>
    public static string? DigestOf(IReadOnlyList<Mask>? masks)
    {
        if (masks is null) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var mask in masks)
        {
            hash.AppendData(BitConverter.GetBytes(mask.Width));
            hash.AppendData(BitConverter.GetBytes(mask.Height));
            hash.AppendData(MemoryMarshal.AsBytes(mask.Pixels));
        }
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Checks that a request matches the extraction that is to be resumed.</summary>
    /// <param name="wanted">The inputs of the request.</param>
    /// <param name="output">The output folder, for the message.</param>
    /// <exception cref="SettingsException">
    /// An input that determines the result differs. The message names it; for a setting, with both values.
    /// </exception>
    public void RequireSame(StateRecord wanted, string output)
    {
        // Names and paths may differ: a moved file, or a model on another machine, is identified by its hash. So may the memory that is
        // used: an extraction that ran out of it must be able to go on with less.
        static StateRecord Decisive(StateRecord record) => record with
        {
            Image = record.Image with { Name = "" },
            Model = record.Model with { Name = "", Path = "" },
            Settings = record.Settings with { Learning = record.Settings.Learning with { AtOnce = null } },
        };
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
        throw new SettingsException(
            $"the unfinished extraction in {output} was started with {what}; continue with the same, or choose another output folder.");
    }

    static (string Path, string Begun, string Wanted)? FirstDifference(JsonNode? begun, JsonNode? wanted, string path)
    {
        if (begun is JsonObject first && wanted is JsonObject second)
            return first.Select(field => field.Key).Union(second.Select(field => field.Key))
                .Select(key => FirstDifference(first[key], second[key], path.Length == 0 ? key : $"{path}.{key}"))
                    .FirstOrDefault(difference => difference is not null);
        return JsonNode.DeepEquals(begun, wanted) ? null : (path, Text(begun), Text(wanted));
    }

    static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
