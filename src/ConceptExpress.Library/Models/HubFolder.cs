using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Models;

/// <summary>The layout of Hugging Face's cache: <c>models--owner--name</c> with <c>refs/main</c> and <c>snapshots/REVISION</c>.</summary>
static class HubFolder
{
    const long MaxRevision = 200;

    /// <summary>Returns the snapshot that a folder of the cache stands for; any other folder is returned as it is.</summary>
    /// <exception cref="CheckpointException">The folder is one of the cache, but which snapshot is meant cannot be told.</exception>
    public static string Resolve(string folder)
    {
        var snapshots = Path.Combine(folder, "snapshots");
        if (!Directory.Exists(snapshots)) return folder;
        if (Current(Path.Combine(folder, "refs", "main")) is { } revision && Path.Combine(snapshots, revision) is var current
            && Directory.Exists(current))
            return current;
        return Directory.GetDirectories(snapshots) switch
        {
            [var only] => only,
            [] => throw new CheckpointException(
                $"{folder} is a folder of Hugging Face's cache without a snapshot; download the checkpoint again."),
            var all => throw new CheckpointException(
                $"{folder} is a folder of Hugging Face's cache with {all.Length} snapshots, and its refs/main "
                + $"names none of them; name one, such as {all.Order(StringComparer.Ordinal).First()}."),
        };
    }

    // The file is short, and its text becomes part of a path: letters and digits only.
    static string? Current(string reference)
    {
        if (!File.Exists(reference) || new FileInfo(reference).Length > MaxRevision) return null;
        var revision = File.ReadAllText(reference).Trim();
        return revision.Length > 0 && revision.All(char.IsAsciiLetterOrDigit) ? revision : null;
    }
}
