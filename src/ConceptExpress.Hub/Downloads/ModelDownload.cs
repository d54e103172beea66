using ConceptExpress.Hub.Cache;
using ConceptExpress.Hub.Client;

namespace ConceptExpress.Hub.Downloads;

/// <summary>
/// Downloads a checkpoint into the cache. Contents come first, each checked before it gets its name; then the snapshot that links to them;
/// then the branch. So an interrupted download leaves nothing that looks like a checkpoint, and continues where it was.
/// </summary>
/// <param name="settings">Where hub and cache are.</param>
/// <param name="report">Receives the progress.</param>
sealed class ModelDownload(HubSettings settings, Action<DownloadEvent> report)
{
    readonly HubCache cache = new(settings.Cache);

    /// <summary>Downloads what is missing of a checkpoint.</summary>
    /// <param name="id">The repository and its revision.</param>
    /// <param name="variant">The variant of weights to take where there is one, such as <c>fp16</c>; null for the plain ones.</param>
    /// <param name="file">Path of a single file in the repository; null for the folder in the diffusers layout.</param>
    /// <param name="stop">Ends the download. What came is kept, and continued by the next one.</param>
    /// <exception cref="HubException">There is no such checkpoint, the hub cannot be reached, or it sent wrong bytes.</exception>
    /// <exception cref="HubStorageException">The cache cannot be written, or the disk is full.</exception>
    public async Task<DownloadedModel> Pull(HubId id, string? variant, string? file, CancellationToken stop)
    {
        if (settings.Offline) return Found(id, file);
        using var client = new HubClient(settings, text => report(new DownloadNote(text)));
        var listing = await client.List(id, stop);
        List<HubFile> files = [];
        foreach (var chosen in FileSelection.Choose(id, listing.Files, variant, file))
        {
            var isKnown = chosen is { Blob: not null, Bytes: not null };
            files.Add(isKnown ? chosen : await client.Describe(id, listing.Commit, chosen.Path, stop));
        }
        report(new FilesChosen(listing.Licence, files.Count, files.Sum(each => each.Bytes!.Value)));

        var missing = Missing(id, files, stop);
        Storage.RequireRoom(cache.Root, missing.Sum(each => each.Bytes!.Value - UnfinishedLength(id, each)));
        await Fetch(client, id, listing.Commit, missing, stop);
        foreach (var each in files) cache.Link(id, listing.Commit, each.Path, each.Blob!);
        cache.Refer(id, listing.Commit);
        var snapshot = cache.SnapshotOf(id, listing.Commit);
        if (files.FirstOrDefault(each => !File.Exists(Path.Combine(snapshot, each.Path))) is { } gone)
            throw new HubException($"{gone.Path} of {id} was removed while it was downloaded; download it again.");
        return new DownloadedModel(id with { Revision = listing.Commit }, file is null ? snapshot : Path.Combine(snapshot, file),
            files.Sum(each => each.Bytes!.Value), missing.Sum(each => each.Bytes!.Value), listing.Licence);
    }

    DownloadedModel Found(HubId id, string? file)
    {
        var snapshot = cache.Require(id);
        var path = file is null ? snapshot : Path.Combine(snapshot, file);
        if (!Path.Exists(path) || file is not null && !CheckpointFiles.IsSafe(file))
            throw new NotDownloadedException($"{id} is on this machine, but without {file}; download it.", id.ToString());
        var model = cache.Scan(id).Single(each => each.Folder == snapshot);
        return new DownloadedModel(id with { Revision = model.Commit }, path, model.Bytes, 0, ModelLicence.InFolder(snapshot));
    }

    // What is there is read, because a blob that was damaged would never be replaced otherwise.
    List<HubFile> Missing(HubId id, List<HubFile> files, CancellationToken stop)
    {
        var here = files.Where(each => new FileInfo(cache.BlobOf(id, each.Blob!)) is { Exists: true } blob && blob.Length == each.Bytes)
            .DistinctBy(each => each.Blob).ToList();
        var missing = files.DistinctBy(each => each.Blob).Except(here).ToList();
        if (here.Count == 0) return missing;
        report(new BytesBegan("check files", here.Sum(each => each.Bytes!.Value)));
        var done = 0L;
        foreach (var each in here)
        {
            var hash = ContentHash.Of(cache.BlobOf(id, each.Blob!), each.Blob!,
                read => report(new BytesDone(each.Path, done += read)), stop);
            if (hash == each.Blob) continue;
            report(new DownloadNote($"{each.Path} of {id} is damaged on this machine and is downloaded again."));
            missing.Add(each);
        }
        return missing;
    }

    async Task Fetch(HubClient client, HubId id, string commit, List<HubFile> missing, CancellationToken stop)
    {
        if (missing.Count == 0) return;
        report(new BytesBegan("download", missing.Sum(each => each.Bytes!.Value - UnfinishedLength(id, each))));
        var done = 0L;
        foreach (var each in missing)
        {
            var before = UnfinishedLength(id, each);
            await new BlobDownload(cache, client, report).Fetch(id, commit, each,
                reached => report(new BytesDone(each.Path, done + reached - before)), stop);
            done += each.Bytes!.Value - before;
            report(new BytesDone(each.Path, done));
        }
    }

    long UnfinishedLength(HubId id, HubFile file) =>
        new FileInfo(cache.UnfinishedOf(id, file.Blob!)) is { Exists: true } part && part.Length <= file.Bytes ? part.Length : 0;
}

/// <summary>A checkpoint that is in the cache.</summary>
/// <param name="Id">The repository and its commit.</param>
/// <param name="Path">Full path of the snapshot, or of the single file in it.</param>
/// <param name="Bytes">Bytes of the files of this download, or of all its files if nothing was looked up.</param>
/// <param name="Downloaded">Bytes that were not there before, partial downloads included.</param>
/// <param name="Licence">What the publisher states; null if nothing.</param>
sealed record DownloadedModel(HubId Id, string Path, long Bytes, long Downloaded, ModelLicence? Licence);
