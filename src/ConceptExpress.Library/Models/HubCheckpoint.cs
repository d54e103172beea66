using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;
using ConceptExpress.Hub.Cache;

namespace ConceptExpress.Library.Models;

/// <summary>
/// Checkpoints in Hugging Face's cache, by their ids: <c>owner/name[@revision][#file]</c>. The network is never used.
/// </summary>
static class HubCheckpoint
{
    const char BeforeFile = '#';

    /// <summary>What <see cref="TryParse"/> accepts, in words.</summary>
    public const string Expected = "an id such as owner/name, owner/name@revision or owner/name#file.safetensors";

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsId(string text) => TryParse(text, out _, out _);

    /// <summary>Reads an id.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">Repository and revision; null if the text is no id.</param>
    /// <param name="file">Path of a single file in the repository; null for the folder.</param>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HubId? id, out string? file)
    {
        var end = text.IndexOf(BeforeFile);
        file = end < 0 ? null : text[(end + 1)..];
        return HubId.TryParse(end < 0 ? text : text[..end], out id) && (file is null || CheckpointFiles.IsSafe(file));
    }

    /// <summary>Returns the text of an id.</summary>
    public static string Text(HubId id, string? file) => file is null ? id.ToString() : $"{id}{BeforeFile}{file}";

    /// <summary>Returns the folder of a snapshot, or its single file.</summary>
    /// <exception cref="CheckpointException">
    /// The text is no id, or the checkpoint is not on this machine (then the inner exception is a <see cref="NotDownloadedException"/>).
    /// </exception>
    public static string Find(string text)
    {
        if (!TryParse(text, out var id, out var file))
            throw new CheckpointException($"{CheckpointException.Quoted(text)} does not name a checkpoint of the hub; write {Expected}.");
        try
        {
            var snapshot = new HubCache(HubSettings.FromEnvironment().Cache).Require(id);
            var path = file is null ? FolderOrOnlyFile(id, snapshot) : Path.Combine(snapshot, file);
            if (!Path.Exists(path))
                throw new NotDownloadedException($"{text} is not on this machine, but other files of it are; download it.", text);
            HubCache.Touch(snapshot);
            return path;
        }
        catch (HubException e)
        {
            throw new CheckpointException(e.Message, e);
        }
    }

    /// <summary>Names the checkpoint of which a path is the snapshot or a file; null for paths that are not in the cache.</summary>
    public static HubModel? Of(string path)
    {
        var cache = new HubCache(HubSettings.FromEnvironment().Cache);
        if (cache.IdOf(path) is not { } id) return null;
        var below = Path.GetRelativePath(cache.SnapshotOf(id, id.Revision!), Path.GetFullPath(path)).Replace('\\', '/');
        return new HubModel(Text(id, below == "." ? null : below));
    }

    static string FolderOrOnlyFile(HubId id, string snapshot)
    {
        if (File.Exists(Path.Combine(snapshot, "model_index.json")) || Directory.Exists(Path.Combine(snapshot, "unet"))) return snapshot;
        var files = Directory.EnumerateFiles(snapshot).Where(CheckpointFiles.IsSingleFile).Order(StringComparer.Ordinal).ToList();
        return files switch
        {
            [var only] => only,
            [] => snapshot, // loading says what is missing
            [var first, ..] => throw new CheckpointException(
                $"{id} has {files.Count} single files on this machine; name one, such as {Text(id, Path.GetFileName(first))}."),
        };
    }
}
