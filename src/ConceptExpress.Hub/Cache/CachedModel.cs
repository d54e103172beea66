namespace ConceptExpress.Hub.Cache;

/// <summary>A snapshot in the cache: one state of a repository.</summary>
/// <param name="Id">The repository, without a revision.</param>
/// <param name="Commit">The snapshot's name: a commit, for snapshots that the hub's programs made.</param>
/// <param name="Revisions">Branches and tags that are at this commit, in alphabetical order.</param>
/// <param name="Folder">Full path of the snapshot.</param>
/// <param name="Files">Its files, in alphabetical order.</param>
sealed record CachedModel(HubId Id, string Commit, IReadOnlyList<string> Revisions, string Folder, IReadOnlyList<CachedFile> Files)
{
    /// <summary>Bytes of all files. Files that another snapshot has, too, count in both.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>What names this snapshot, after the repository: null for the default branch, else a branch, a tag or the commit.</summary>
    public string? Revision => Revisions.Contains(HubId.DefaultRevision) ? null : Revisions.FirstOrDefault() ?? Commit;

    /// <summary>When one of the files was last read or written, in UTC, as far as the file system tells.</summary>
    public DateTime LastUsed => Files.Select(file => file.LastUsed).DefaultIfEmpty(DateTime.MinValue).Max();

    /// <summary>
    /// Whether this looks like a Stable Diffusion checkpoint: a folder in the diffusers layout, or single files with a checkpoint's suffix
    /// and no configuration beside them, which other models have.
    /// </summary>
    public bool IsCheckpoint => Has("model_index.json") || Has("unet/config.json")
        || !Has("config.json") && Files.Any(file => !file.Path.Contains('/') && CheckpointFiles.IsSingleFile(file.Path));

    bool Has(string path) => Files.Any(file => file.Path == path);
}

/// <summary>A file of a snapshot.</summary>
/// <param name="Path">Path below the snapshot, with <c>/</c>.</param>
/// <param name="Full">Full path.</param>
/// <param name="Blob">Full path of the blob that it is a link to; null if it is a file of its own.</param>
/// <param name="Bytes">Its size; 0 if the blob is missing.</param>
/// <param name="Exists">Whether it can be read: links may lead nowhere.</param>
/// <param name="LastUsed">When its content was last read or written, in UTC.</param>
sealed record CachedFile(string Path, string Full, string? Blob, long Bytes, bool Exists, DateTime LastUsed);
