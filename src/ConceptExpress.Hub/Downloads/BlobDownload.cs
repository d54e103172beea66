using ConceptExpress.Hub.Cache;
using ConceptExpress.Hub.Client;

namespace ConceptExpress.Hub.Downloads;

/// <summary>Downloads one content into <c>blobs/HASH.incomplete</c>, and gives it its name when its hash is right.</summary>
/// <param name="cache">Where it goes.</param>
/// <param name="client">Where it comes from.</param>
/// <param name="report">Receives notes.</param>
sealed class BlobDownload(HubCache cache, HubClient client, Action<DownloadEvent> report)
{
    const int Attempts = 2;

    /// <summary>Downloads a file, or waits for another program that does.</summary>
    /// <param name="id">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">The file, with its hash and size.</param>
    /// <param name="reached">Called with the number of bytes that are there.</param>
    /// <param name="stop">Ends the download. What came is kept.</param>
    /// <exception cref="HubException">The hub sent wrong bytes twice, or cannot be reached.</exception>
    /// <exception cref="HubStorageException">The cache cannot be written.</exception>
    public async Task Fetch(HubId id, string commit, HubFile file, Action<long> reached, CancellationToken stop)
    {
        var (blob, part) = (cache.BlobOf(id, file.Blob!), cache.UnfinishedOf(id, file.Blob!));
        using var turn = await BlobLock.Take(cache.LockOf(id, file.Blob!),
            () => report(new DownloadNote($"Another program downloads {file.Path} of {id.Repository}; waiting for it.")), stop);
        if (IsRight(blob, file, stop)) return; // the other program was faster
        for (var attempt = 1; ; attempt++)
        {
            await Fill(part, id, commit, file, reached, stop);
            if (IsRight(part, file, stop)) break;
            Storage.Write(part, () => File.Delete(part));
            if (attempt == Attempts)
                throw new HubException(
                    $"The hub sent a wrong {file.Path} of {id} {Attempts} times (its hash is not {file.Blob}), and nothing of it "
                    + "was kept; try again later, or use another source.");
            report(new DownloadNote($"{file.Path} of {id} arrived damaged; it is downloaded once more."));
        }
        Storage.Write(blob, () => File.Move(part, blob, overwrite: true));
    }

    async Task Fill(string part, HubId id, string commit, HubFile file, Action<long> reached, CancellationToken stop)
    {
        await using var target = Storage.Write(part, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(part)!);
            return new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 0); // unbuffered: what came is kept
        });
        if (target.Length > file.Bytes) target.SetLength(0);
        target.Position = target.Length;
        await client.Download(id, commit, file, target, reached, stop);
    }

    static bool IsRight(string path, HubFile file, CancellationToken stop) => new FileInfo(path) is { Exists: true } info
        && info.Length == file.Bytes && ContentHash.Of(path, file.Blob!, null, stop) == file.Blob;
}
