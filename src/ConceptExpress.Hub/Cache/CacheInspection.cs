namespace ConceptExpress.Hub.Cache;

/// <summary>Finds what is wrong in the cache, without reading large files.</summary>
/// <param name="cache">The cache.</param>
sealed class CacheInspection(HubCache cache)
{
    // Configurations and tokenizers are smaller, weights are larger.
    const long MaxRead = 4 << 20;

    /// <summary>Returns the faults of all repositories: of checkpoints, and downloads of any model that were not finished.</summary>
    /// <param name="stop">Ends the inspection.</param>
    /// <exception cref="IOException">The cache cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache cannot be read.</exception>
    public IEnumerable<CacheFault> Faults(CancellationToken stop)
    {
        foreach (var id in cache.Repositories())
        {
            var snapshots = cache.Scan(id);
            foreach (var fault in snapshots.Where(model => model.IsCheckpoint).SelectMany(model => OfSnapshot(model, stop)))
                yield return fault;
            foreach (var (revision, file) in cache.LostReferences(id))
                yield return new CacheFault(id with { Revision = revision }, CacheFaultKind.Lost, file, 0);
            foreach (var file in cache.Unfinished(id))
                yield return new CacheFault(id, CacheFaultKind.Unfinished, file.FullName, file.Length);
        }
    }

    static IEnumerable<CacheFault> OfSnapshot(CachedModel model, CancellationToken stop)
    {
        foreach (var file in model.Files)
        {
            if (!file.Exists) yield return Fault(CacheFaultKind.Dangling);
            else if (!IsRight(file, stop)) yield return Fault(CacheFaultKind.Damaged);

            CacheFault Fault(CacheFaultKind kind) => new(model.Id with { Revision = model.Revision }, kind, file.Full, file.Bytes);
        }
    }

    // A hash of a large file takes as long as reading it. Whether its tensors are all there, its header says.
    static bool IsRight(CachedFile file, CancellationToken stop) =>
        file.Blob is null || Path.GetFileName(file.Blob) is var name && !ContentHash.IsName(name) || file.Bytes > MaxRead
            || ContentHash.Of(file.Full, name, null, stop) == name;
}
