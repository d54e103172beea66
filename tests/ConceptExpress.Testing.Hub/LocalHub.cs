using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ConceptExpress.Testing.Hub;

/// <summary>A hub on this machine with one repository. It answers as the real one does, or misbehaves as told.</summary>
public sealed class LocalHub : IDisposable
{
    public const string Repository = "someone/small-sd", Commit = "0123456789abcdef0123456789abcdef01234567";

    readonly WebApplication hub;
    readonly Dictionary<string, HubContent> files = new(StringComparer.Ordinal);

    public LocalHub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Listen(IPAddress.Loopback, 0); // the store that large files are sent from
        });
        hub = builder.Build();
        hub.Run(Answer);
        hub.StartAsync().GetAwaiter().GetResult();
        var addresses = hub.Urls.ToList();
        (Endpoint, Store) = (addresses[0], addresses[1]);
    }

    /// <summary>The hub's address.</summary>
    public string Endpoint { get; }

    /// <summary>The address of another host, to which the hub sends those who ask for large files.</summary>
    public string Store { get; }

    /// <summary>Requests so far: method, host and path, the range that was asked for, and the token that was sent.</summary>
    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>Looks at each request for a file before it is answered; true if it has answered the request itself.</summary>
    public Func<HttpContext, HubContent, Task<bool>> Misbehave { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Looks at each request for the list before it is answered; true if it has answered the request itself.</summary>
    public Func<HttpContext, Task<bool>> MisbehaveOnList { get; set; } = _ => Task.FromResult(false);

    /// <summary>Changes the list of files before it is sent.</summary>
    public Action<JsonObject> ChangeList { get; set; } = _ => { };

    /// <summary>Whether large files are sent from <see cref="Store"/>.</summary>
    public bool Redirects { get; set; } = true;

    /// <summary>The card's licence.</summary>
    public string? Licence { get; set; } = "creativeml-openrail-m";

    /// <summary>The files, by their paths.</summary>
    public IReadOnlyDictionary<string, HubContent> Files => files;

    /// <summary>Adds a file. Large ones are named by SHA-256, as Git LFS does, small ones by git's hash.</summary>
    public LocalHub Add(string path, byte[] bytes, bool isLarge) =>
        Add(new HubContent(path, isLarge, bytes.Length, () => new MemoryStream(bytes)));

    /// <summary>Adds a small file of text.</summary>
    public LocalHub Add(string path, string text) => Add(path, Encoding.UTF8.GetBytes(text), isLarge: false);

    /// <summary>Adds all files of a folder. Weights are large files.</summary>
    public LocalHub AddFolder(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            Add(new HubContent(Path.GetRelativePath(folder, file).Replace('\\', '/'), Path.GetExtension(file) == ".safetensors",
                new FileInfo(file).Length, () => File.OpenRead(file)));
        return this;
    }

    LocalHub Add(HubContent content)
    {
        files[content.Path] = content;
        return this;
    }

    async Task Answer(HttpContext context)
    {
        var path = Uri.UnescapeDataString(context.Request.Path.Value!);
        var isStore = $"http://{context.Request.Host}" == Store;
        Requests.Enqueue(new HubRequest(context.Request.Method, isStore, path, context.Request.Headers.Range.ToString(),
            context.Request.Headers.Authorization.ToString()));
        if (path.StartsWith($"/api/models/{Repository}/revision/", StringComparison.Ordinal))
        {
            if (!await MisbehaveOnList(context)) await List(context);
        }
        else if (path.StartsWith($"/{Repository}/resolve/{Commit}/", StringComparison.Ordinal)
            && files.TryGetValue(path[$"/{Repository}/resolve/{Commit}/".Length..], out var content))
        {
            if (content.IsLarge && Redirects && !isStore) Redirect(context, content);
            else if (!await Misbehave(context, content)) await Send(context, content);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    void Redirect(HttpContext context, HubContent content)
    {
        Describe(context, content);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = Store + context.Request.Path;
    }

    static void Describe(HttpContext context, HubContent content)
    {
        context.Response.Headers["X-Repo-Commit"] = Commit;
        context.Response.Headers.ETag = $"\"{content.Hash}\"";
        if (!content.IsLarge) return;
        context.Response.Headers["X-Linked-ETag"] = $"\"{content.Hash}\"";
        context.Response.Headers["X-Linked-Size"] = content.Length.ToString();
    }

    Task List(HttpContext context)
    {
        var siblings = new JsonArray();
        foreach (var file in files.Values)
        {
            var sibling = new JsonObject { ["rfilename"] = file.Path, ["size"] = file.Length, ["blobId"] = file.GitHash };
            if (file.IsLarge) sibling["lfs"] = new JsonObject { ["sha256"] = file.Hash, ["size"] = file.Length, ["pointerSize"] = 134 };
            siblings.Add(sibling);
        }
        var list = new JsonObject { ["id"] = Repository, ["sha"] = Commit, ["siblings"] = siblings };
        if (Licence is not null) list["cardData"] = new JsonObject { ["license"] = Licence };
        ChangeList(list);
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(list.ToJsonString());
    }

    /// <summary>Sends a file, or the rest of it that was asked for.</summary>
    public static async Task Send(HttpContext context, HubContent content, long? atMost = null)
    {
        Describe(context, content);
        var from = From(context);
        context.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        if (from > 0) context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        context.Response.ContentLength = content.Length - from;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        using var stream = content.Open();
        stream.Position = from;
        var buffer = new byte[1 << 16];
        for (var left = atMost ?? long.MaxValue; left > 0;)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
            if (count == 0) return;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
            left -= count;
        }
    }

    /// <summary>The first byte that is asked for.</summary>
    public static long From(HttpContext context) =>
        context.Request.Headers.Range.ToString() is { Length: > 0 } range ? long.Parse(range["bytes=".Length..^1]) : 0;

    /// <summary>Sends some bytes and cuts the connection.</summary>
    public static async Task<bool> Cut(HttpContext context, HubContent content, long after)
    {
        await Send(context, content, after);
        await context.Response.Body.FlushAsync();
        await Task.Delay(20); // lets the bytes go out before the connection is reset
        context.Abort();
        return true;
    }

    /// <summary>Answers with a status and headers.</summary>
    public static bool Refuse(HttpContext context, int status, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return true;
    }

    public void Dispose() => hub.DisposeAsync().AsTask().GetAwaiter().GetResult();
}

/// <summary>A file of the hub.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="IsLarge">Whether it is in Git LFS.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Open">Opens it.</param>
public sealed record HubContent(string Path, bool IsLarge, long Length, Func<Stream> Open)
{
    readonly Lazy<string> sha256 = new(() =>
    {
        using var stream = Open();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    });

    readonly Lazy<string> gitHash = new(() =>
    {
        using var stream = Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {stream.Length}\0"));
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is > 0 and var count) hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });

    /// <summary>The name of its blob.</summary>
    public string Hash => IsLarge ? sha256.Value : gitHash.Value;

    /// <summary>Git's hash; of the pointer, for large files, which nobody needs.</summary>
    public string GitHash => IsLarge ? new string('0', 40) : gitHash.Value;
}

/// <summary>A request that the hub received.</summary>
public sealed record HubRequest(string Method, bool ToStore, string Path, string Range, string Authorization);
