using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;
using ConceptExpress.Hub.Cache;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Health;

/// <summary>Checks the checkpoints in Hugging Face's cache, and the user's table of short names.</summary>
static class CacheCheck
{
    const HealthArea Area = HealthArea.Caches;
    const string PullAgain = "pull the checkpoint again, which replaces what is damaged, or remove it";

    /// <summary>Checks the cache.</summary>
    /// <param name="libtorch">Whether libtorch can be loaded, without which headers of weights are not read.</param>
    /// <param name="stop">Cancels the check.</param>
    public static IEnumerable<Finding> OfHub(bool libtorch, CancellationToken stop)
    {
        HubCache cache;
        IReadOnlyList<CacheFault> faults;
        IReadOnlyList<CachedModel> models;
        try
        {
            cache = new HubCache(HubSettings.FromEnvironment().Cache);
            faults = [.. new CacheInspection(cache).Faults(stop)];
            models = [.. cache.Scan().Where(model => model.IsCheckpoint)];
        }
        catch (HubException e)
        {
            return [Finding.Of(Area, e)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Finding.Problem(Area, $"Hugging Face's cache cannot be read ({e.Message.TrimEnd('.')})",
                "make it readable, or set HF_HOME to another folder")];
        }
        List<Finding> found = [.. faults.Select(Of)];
        // Those whose files are all there may still be cut off or something else.
        var whole = models.Where(model => faults.All(fault => !fault.Path.StartsWith(model.Folder, StringComparison.Ordinal))).ToList();
        if (libtorch) found.AddRange(whole.Select(NotLoadable).OfType<Finding>());
        return found.Count > 0 ? found :
            [Finding.Ok(Area, $"{models.Count} checkpoint{(models.Count == 1 ? "" : "s")} in {cache.Root} with "
                + $"{ByteCount.Words(CacheCleaning.BytesOf(models))}")];
    }

    /// <summary>Checks the user's table of short names.</summary>
    public static IEnumerable<Finding> OfNames()
    {
        ModelSources sources;
        try
        {
            sources = ModelSources.Load();
        }
        catch (CheckpointException e)
        {
            return [Finding.Of(Area, e)];
        }
        List<Finding> gone =
        [
            .. sources.All.Where(source => source.Path is { } path && !Path.Exists(path)).Select(source =>
                Finding.Problem(Area, $"the short name {source.Name} stands for {source.Path}, which does not exist",
                    "import the checkpoint again, or remove the short name")),
        ];
        return gone.Count > 0 ? gone : [Finding.Ok(Area, $"{sources.All.Count(source => source.IsUsers)} short names of your own")];
    }

    static Finding Of(CacheFault fault) => fault.Kind switch
    {
        CacheFaultKind.Dangling => Finding.Problem(Area, $"{fault.Path} of {fault.Id} leads to a file that is gone", PullAgain),
        CacheFaultKind.Damaged => Finding.Problem(Area,
            $"{fault.Path} of {fault.Id} ({ByteCount.Words(fault.Bytes)}) does not have the content that its name says", PullAgain),
        CacheFaultKind.Lost => Finding.Warning(Area, $"{fault.Path} names a state of {fault.Id} that is not on this machine",
            "pull the checkpoint, or delete that file"),
        _ => Finding.Warning(Area, $"a download of {fault.Id} is not finished ({ByteCount.Words(fault.Bytes)} in {fault.Path})",
            "pull the checkpoint to continue it, or remove it"),
    };

    static Finding? NotLoadable(CachedModel model)
    {
        try
        {
            StableDiffusion.Check(HubCheckpoint.Find(HubCheckpoint.Text(model.Id with { Revision = model.Commit }, null)));
            return null;
        }
        catch (CheckpointException e)
        {
            // Several single files, and checkpoints of other families, are no fault of the cache.
            return Finding.Warning(Area, $"{model.Id} cannot be used: {e.Message.TrimEnd('.')}",
                "pull it again if it should be a checkpoint of Stable Diffusion 1.x or 2.x");
        }
    }
}
