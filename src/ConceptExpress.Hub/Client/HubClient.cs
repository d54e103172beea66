using System.Net;
using System.Text.Json;
using ConceptExpress.Hub.Cache;
using Polly;

namespace ConceptExpress.Hub.Client;

/// <summary>
/// Asks the hub for lists of files and for files. Nothing that it answers is trusted. Failures that may pass are tried again.
/// </summary>
/// <param name="settings">Where the hub is, and how patient the client is.</param>
/// <param name="note">Told of every wait, in one sentence.</param>
sealed class HubClient(HubSettings settings, Action<string> note) : IDisposable
{
    const int MaxListing = 32 << 20, ChunkBytes = 1 << 16;

    readonly HubConnection connection = new(settings);
    readonly ResiliencePipeline retries = Retries.Pipeline(settings, note);

    /// <summary>Asks for the files of a revision.</summary>
    /// <exception cref="HubException">There is no such revision, or the hub cannot be reached or answers nonsense.</exception>
    public Task<HubListing> List(HubId id, CancellationToken stop) => Retried(id, async () =>
    {
        using var response = await connection.Send(id, HttpMethod.Get,
            $"api/models/{id.Repository}/revision/{Uri.EscapeDataString(id.RevisionOrDefault)}?blobs=true", 0, stop);
        try
        {
            using var text = new MemoryStream();
            await Copy(response, text, MaxListing + 1, _ => { }, stop);
            if (text.Length > MaxListing) throw new JsonException("it is too long");
            text.Position = 0;
            using var json = JsonDocument.Parse(text);
            return HubListing.Read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HubException(
                $"{settings.Endpoint} gave no list of the files of {id} ({HubConnection.OneLine(e)}); check HF_ENDPOINT.", e);
        }
    }, stop);

    /// <summary>Asks for the size and hash of a file, where the listing did not tell them.</summary>
    /// <exception cref="HubException">The file does not exist, or the hub cannot be reached or does not tell.</exception>
    public Task<HubFile> Describe(HubId id, string commit, string path, CancellationToken stop) => Retried(id, async () =>
    {
        using var response = await connection.Send(id, HttpMethod.Head, Address(id, commit, path), 0, stop);
        var tag = HubConnection.Header(response, "X-Linked-ETag") ?? HubConnection.Header(response, "ETag");
        var blob = tag?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        var size = HubConnection.Header(response, "X-Linked-Size") is { } linked && long.TryParse(linked, out var bytes)
            ? bytes : response.Content.Headers.ContentLength;
        return blob is not null && ContentHash.IsName(blob) && size >= 0
            ? new HubFile(path, blob, size)
            : throw new HubException($"{settings.Endpoint} does not tell the size and hash of {path} of {id}; use another hub.");
    }, stop);

    /// <summary>
    /// Appends the rest of a file to a stream. The connection may be cut many times, as long as every few attempts bring something.
    /// </summary>
    /// <param name="id">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">The file, with its size.</param>
    /// <param name="target">Holds the beginning of the file, or nothing; its position is its end.</param>
    /// <param name="reached">Called with the length of <paramref name="target"/> whenever it has grown.</param>
    /// <param name="stop">Ends the download. The stream keeps what came.</param>
    /// <exception cref="HubException">The file is not there any more, or the hub cannot be reached.</exception>
    /// <exception cref="HubStorageException">The stream cannot be written.</exception>
    public async Task Download(HubId id, string commit, HubFile file, Stream target, Action<long> reached, CancellationToken stop)
    {
        for (var best = target.Length; target.Length < file.Bytes; best = Math.Max(best, target.Length))
            await Retried(id, async () =>
            {
                try
                {
                    await Continue(id, commit, file, target, reached, stop);
                }
                catch (TransientException) when (target.Length - best >= settings.Progress)
                {
                    // cut, but farther than ever: begins to count attempts anew
                }
                return true;
            }, stop);
    }

    async Task Continue(HubId id, string commit, HubFile file, Stream target, Action<long> reached, CancellationToken stop)
    {
        using var response = await connection.Send(id, HttpMethod.Get, Address(id, commit, file.Path), target.Length, stop);
        var isRest = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == target.Length;
        if (!isRest) Empty(target); // begins again, where the hub does not know parts
        if (!isRest && response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
            throw new TransientException($"the hub did not send the rest of {file.Path}");
        await Copy(response, target, file.Bytes!.Value - target.Length, reached, stop);
        if (target.Length < file.Bytes) throw new TransientException($"the hub sent only a part of {file.Path}");
    }

    static void Empty(Stream target)
    {
        target.SetLength(0);
        target.Position = 0;
    }

    async Task Copy(HttpResponseMessage response, Stream target, long atMost, Action<long> reached, CancellationToken stop)
    {
        await using var source = await connection.Patiently(patience => response.Content.ReadAsStreamAsync(patience), stop);
        var buffer = new byte[ChunkBytes];
        while (atMost > 0)
        {
            var next = buffer.AsMemory(0, (int)Math.Min(atMost, buffer.Length));
            var count = await connection.Patiently(patience => source.ReadAsync(next, patience).AsTask(), stop);
            if (count == 0) return;
            Storage.Write(settings.Cache, () => target.Write(buffer, 0, count));
            atMost -= count;
            reached(target.Length);
        }
    }

    async Task<T> Retried<T>(HubId id, Func<Task<T>> work, CancellationToken stop)
    {
        try
        {
            return await retries.ExecuteAsync(async _ => await work(), stop);
        }
        catch (TransientException e)
        {
            throw new HubException(
                $"{id} cannot be downloaded: {e.Message}; check the network, HF_ENDPOINT and the proxy, or try again later.", e);
        }
    }

    static string Address(HubId id, string commit, string path) =>
        $"{id.Repository}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    public void Dispose() => connection.Dispose();
}
