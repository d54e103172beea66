namespace ConceptExpress.Hub.Cache;

/// <summary>Deletes checkpoints from the cache.</summary>
/// <param name="cache">The cache.</param>
sealed class CacheCleaning(HubCache cache)
{
    /// <summary>
    /// Chooses which checkpoints to delete so that all of them together have at most a number of bytes: the least recently used first.
    /// Other models of the cache are neither counted nor chosen.
    /// </summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <returns>The checkpoints in the order in which they go; empty if they have no more bytes than that.</returns>
    public IReadOnlyList<CachedModel> ToSize(long bytes)
    {
        var kept = cache.Scan().Where(model => model.IsCheckpoint).OrderBy(model => model.LastUsed).ToList();
        List<CachedModel> going = [];
        while (kept.Count > 0 && BytesOf(kept) > bytes)
        {
            going.Add(kept[0]);
            kept.RemoveAt(0);
        }
        return going;
    }

    /// <summary>Bytes that snapshots need on disk. A blob that several of them have counts once.</summary>
    public static long BytesOf(IEnumerable<CachedModel> models) =>
        models.SelectMany(model => model.Files).DistinctBy(file => file.Blob ?? file.Full).Sum(file => file.Bytes);

    /// <summary>
    /// Deletes a snapshot, the branches and tags at it, and the blobs that no other snapshot of the repository has. The repository's folder
    /// goes with its last snapshot.
    /// </summary>
    /// <returns>Bytes that were freed.</returns>
    /// <exception cref="HubStorageException">The repository is being downloaded, or a file cannot be deleted.</exception>
    public long Remove(CachedModel model)
    {
        var others = cache.Scan(model.Id).Where(other => other.Commit != model.Commit).ToList();
        if (others.Count == 0) return RemoveAll(model.Id);
        RequireNoDownload(model.Id);
        var kept = others.SelectMany(other => other.Files).Select(file => file.Blob).ToHashSet();
        var gone = model.Files.Where(file => file.Blob is null || !kept.Contains(file.Blob)).DistinctBy(file => file.Blob ?? file.Full);
        var (freed, blobs) = (gone.Sum(file => file.Bytes), gone.Select(file => file.Blob).OfType<string>().ToList());
        Storage.Write(cache.Root, () =>
        {
            foreach (var revision in model.Revisions) File.Delete(cache.ReferenceOf(model.Id with { Revision = revision }));
            Directory.Delete(model.Folder, recursive: true); // deletes links, not what they lead to
            if (cache.AbsencesOf(model.Id, model.Commit) is var absences && Directory.Exists(absences))
                Directory.Delete(absences, recursive: true);
            foreach (var blob in blobs.Where(IsOwn)) File.Delete(blob);
        });
        return freed;

        // A link may lead anywhere. Only what lies among the repository's blobs is its own.
        bool IsOwn(string blob) => Path.GetDirectoryName(blob) == Path.GetDirectoryName(cache.BlobOf(model.Id, "x"));
    }

    /// <summary>Deletes a repository with everything that was downloaded of it.</summary>
    /// <returns>Bytes that were freed.</returns>
    /// <exception cref="HubStorageException">The repository is being downloaded, or a file cannot be deleted.</exception>
    public long RemoveAll(HubId id)
    {
        RequireNoDownload(id);
        var folder = new DirectoryInfo(cache.FolderOf(id));
        if (!folder.Exists) return 0;
        var freed = folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.LinkTarget is null).Sum(file => file.Length);
        Storage.Write(cache.Root, () => folder.Delete(recursive: true)); // its locks stay: another program may wait for one
        return freed;
    }

    void RequireNoDownload(HubId id)
    {
        var locks = cache.LocksOf(id);
        if (Directory.Exists(locks) && Directory.EnumerateFiles(locks, "*.lock").Any(BlobLock.IsHeld))
            throw new HubStorageException($"{id.Repository} is being downloaded by another program; wait until it ends.");
    }
}
