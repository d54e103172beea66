using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;
using ConceptExpress.Hub.Cache;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Checkpoints;

/// <summary>Lists the checkpoints of this machine, and those that have short names. The network is not used.</summary>
sealed record ModelListRequest : JobRequest<ModelList>
{
    /// <inheritdoc/>
    /// <exception cref="CheckpointException">The user's file of short names is damaged.</exception>
    /// <exception cref="HubException">An environment variable has a value that cannot be used.</exception>
    public override ModelList Work(JobContext context) => Observed(context, Perform);

    ModelList Perform(JobContext context)
    {
        var (cache, sources) = (new HubCache(HubSettings.FromEnvironment().Cache), ModelSources.Load());
        var cached = cache.Scan().Where(model => model.IsCheckpoint).ToList();
        List<ListedModel> all = [.. cached.Select(model => Cached(model, sources)), .. sources.All.Select(source => Named(source, cache))];
        return new ModelList(cache.Root, CacheCleaning.BytesOf(cached), [.. all.OrderBy(model => !model.IsHere)]);
    }

    static ListedModel Cached(CachedModel model, ModelSources sources)
    {
        var name = (model.Id with { Revision = model.Revision }).ToString();
        return new ListedModel(name, IsHere: true, model.Bytes, ModelLicences.Of(model.Folder), model.Folder,
            sources.All.Where(source => source.Hub == name).Select(source => source.Name).FirstOrDefault(), model.LastUsed);
    }

    static ListedModel Named(ModelSource source, HubCache cache)
    {
        if (source.Path is { } path)
            return new ListedModel(source.Name, Path.Exists(path), BytesOf(path), source.Licence ?? ModelLicences.Of(path), path,
                source.Note, null);
        HubCheckpoint.TryParse(source.Hub!, out var id, out _);
        var snapshot = cache.Find(id!);
        return new ListedModel(source.Name, snapshot is not null, snapshot is null ? null : cache.Scan(id!)
            .Single(model => model.Folder == snapshot).Bytes, source.Licence, snapshot ?? source.Hub!, source.Note, null);
    }

    static long? BytesOf(string path) => File.Exists(path) ? new FileInfo(path).Length
        : Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : null;
}

/// <summary>Checkpoints that can be named.</summary>
/// <param name="Cache">Full path of the cache.</param>
/// <param name="CacheBytes">Bytes of the checkpoints in it.</param>
/// <param name="Models">Those of this machine first.</param>
sealed record ModelList(string Cache, long CacheBytes, IReadOnlyList<ListedModel> Models);

/// <summary>A checkpoint that can be named.</summary>
/// <param name="Name">What names it: an id of the hub or a short name.</param>
/// <param name="IsHere">Whether it is on this machine.</param>
/// <param name="Bytes">Its size; null if it is not here.</param>
/// <param name="Licence">Its licence; null if nothing says it.</param>
/// <param name="Place">Full path of its folder or file; the id, if it is not here.</param>
/// <param name="Note">What it is; for those in the cache, their short name. Null for nothing.</param>
/// <param name="LastUsed">When it was last used, in UTC; null if that is not known.</param>
sealed record ListedModel(string Name, bool IsHere, long? Bytes, ModelLicence? Licence, string Place, string? Note, DateTime? LastUsed);
