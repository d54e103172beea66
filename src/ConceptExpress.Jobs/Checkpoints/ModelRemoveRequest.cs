using ConceptExpress.Diffusion;
using ConceptExpress.Hub;
using ConceptExpress.Hub.Cache;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Checkpoints;

/// <summary>
/// Deletes a checkpoint from the cache: the whole repository, or one revision if the id names one. Of a checkpoint that lies elsewhere,
/// only its short name is removed.
/// </summary>
sealed record ModelRemoveRequest : JobRequest<RemovedModels>
{
    /// <summary>A short name, or an id: <c>owner/name[@revision]</c>.</summary>
    public required string Model { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">The name is invalid.</exception>
    /// <exception cref="HubException">The checkpoint is not in the cache.</exception>
    /// <exception cref="HubStorageException">The checkpoint is being downloaded, or cannot be deleted.</exception>
    public override RemovedModels Work(JobContext context) => Observed(context, Perform);

    RemovedModels Perform(JobContext context)
    {
        var name = ModelName.Parse(Model);
        if (name.Id is not { } id)
        {
            ModelSources.Change(Model, null);
            return new RemovedModels([new RemovedModel(Model, name.Source!.Path!, 0)], 0, IsDone: true);
        }
        var cache = new HubCache(HubSettings.FromEnvironment().Cache);
        var cleaning = new CacheCleaning(cache);
        if (id.Revision is null)
        {
            if (!Directory.Exists(cache.FolderOf(id))) cache.Require(id);
            var all = cleaning.RemoveAll(id);
            return new RemovedModels([new RemovedModel(id.ToString(), cache.FolderOf(id), all)], all, IsDone: true);
        }
        var snapshot = cache.Require(id);
        var freed = cleaning.Remove(cache.Scan(id).Single(model => model.Folder == snapshot));
        return new RemovedModels([new RemovedModel(id.ToString(), snapshot, freed)], freed, IsDone: true);
    }
}

/// <summary>Deletes the least recently used checkpoints from the cache until the others have at most a number of bytes.</summary>
sealed record ModelCleanRequest : JobRequest<RemovedModels>
{
    /// <summary>
    /// Maximum number of bytes of all checkpoints in the cache, 0 or more. Other models there are not counted, and not deleted.
    /// </summary>
    public required long MaxBytes { get; init; }

    /// <summary>Whether to delete. If false, the result only tells what would be deleted.</summary>
    /// <value>The default is false.</value>
    public bool Delete { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">The number of bytes is negative.</exception>
    /// <exception cref="HubStorageException">A checkpoint is being downloaded, or cannot be deleted.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled; what was deleted is gone.</exception>
    public override RemovedModels Work(JobContext context) => Observed(context, Perform);

    RemovedModels Perform(JobContext context)
    {
        SettingsCheck.Rule(MaxBytes >= 0, $"the size {MaxBytes} is negative.");
        var cleaning = new CacheCleaning(new HubCache(HubSettings.FromEnvironment().Cache));
        List<RemovedModel> removed = [];
        foreach (var model in cleaning.ToSize(MaxBytes))
        {
            context.Stop.ThrowIfCancellationRequested();
            removed.Add(new RemovedModel((model.Id with { Revision = model.Commit }).ToString(), model.Folder,
                Delete ? cleaning.Remove(model) : model.Bytes));
        }
        return new RemovedModels(removed, removed.Sum(model => model.Bytes), Delete);
    }
}

/// <summary>Checkpoints that were deleted, or would be.</summary>
/// <param name="Models">The checkpoints, in the order in which they go.</param>
/// <param name="Bytes">Bytes that all of them free.</param>
/// <param name="IsDone">Whether they are deleted.</param>
sealed record RemovedModels(IReadOnlyList<RemovedModel> Models, long Bytes, bool IsDone);

/// <summary>A checkpoint that was deleted, or would be.</summary>
/// <param name="Model">Its id or short name.</param>
/// <param name="Place">Full path of what was deleted; of a short name, what it stood for and what remains.</param>
/// <param name="Bytes">Bytes that it frees; 0 for a short name.</param>
sealed record RemovedModel(string Model, string Place, long Bytes);
