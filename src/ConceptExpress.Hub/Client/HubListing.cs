using System.Text.Json;
using ConceptExpress.Hub.Cache;

namespace ConceptExpress.Hub.Client;

/// <summary>What the hub says about a revision of a repository.</summary>
/// <param name="Commit">Its commit, 40 hexadecimal digits.</param>
/// <param name="Files">Its files. Names that could not become files are left out.</param>
/// <param name="Licence">What the model card says; null if it says nothing.</param>
sealed record HubListing(string Commit, IReadOnlyList<HubFile> Files, ModelLicence? Licence)
{
    const int MaxFiles = 100_000;

    /// <summary>Reads the answer of <c>api/models/ID/revision/REVISION?blobs=true</c>.</summary>
    /// <exception cref="JsonException">It is not of this form.</exception>
    public static HubListing Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || Text(json, "sha") is not { } commit || !HubId.IsCommit(commit))
            throw new JsonException("it names no commit");
        if (!json.TryGetProperty("siblings", out var siblings) || siblings.ValueKind != JsonValueKind.Array
            || siblings.GetArrayLength() > MaxFiles)
            throw new JsonException("it lists no files, or too many");
        return new HubListing(commit, [.. siblings.EnumerateArray().Select(ReadFile).OfType<HubFile>().DistinctBy(file => file.Path)],
            json.TryGetProperty("cardData", out var card) ? ModelLicence.OfCard(card) : null);
    }

    static HubFile? ReadFile(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || Text(json, "rfilename") is not { } path || !CheckpointFiles.IsSafe(path)) return null;
        var large = json.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        return new HubFile(path, Name(large ? Text(lfs, "sha256") : Text(json, "blobId")),
            (large ? Number(lfs, "size") : null) ?? Number(json, "size"));
    }

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;

    static string? Name(string? blob) => blob is not null && ContentHash.IsName(blob) ? blob : null;
}

/// <summary>A file of a repository.</summary>
/// <param name="Path">Path in the repository, with <c>/</c>; safe to use below a folder.</param>
/// <param name="Blob">The hash of its content (see <see cref="ContentHash"/>); null if the listing does not tell.</param>
/// <param name="Bytes">Its size; null if the listing does not tell.</param>
sealed record HubFile(string Path, string? Blob, long? Bytes);
