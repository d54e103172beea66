using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;
using ConceptExpress.Hub.Cache;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Checkpoints;

/// <summary>
/// Reads all files of a checkpoint in the cache, compares them with their hashes, and checks that its configurations can be loaded.
/// </summary>
sealed record ModelVerifyRequest : JobRequest<VerifiedModel>
{
    /// <summary>A short name, or an id: <c>owner/name[@revision]</c>.</summary>
    public required string Model { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">The name is invalid.</exception>
    /// <exception cref="CheckpointException">A file is damaged or missing, or the checkpoint cannot be loaded.</exception>
    /// <exception cref="HubException">The checkpoint is not in the cache.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public override VerifiedModel Work(JobContext context) => Observed(context, Perform);

    VerifiedModel Perform(JobContext context)
    {
        var name = ModelName.Parse(Model);
        if (name.Source is { Path: { } path })
        {
            StableDiffusion.Check(HubFolder.Resolve(path));
            return new VerifiedModel(Model, path, 0, 0, 0);
        }
        var cache = new HubCache(HubSettings.FromEnvironment().Cache);
        var snapshot = cache.Require(name.Id!);
        var model = cache.Scan(name.Id!).Single(each => each.Folder == snapshot);
        var progress = new DownloadProgress(context, null);
        progress.Begin("check files", model.Bytes);
        var (done, checkedBytes, unnamed) = (0L, 0L, 0);
        foreach (var file in model.Files)
        {
            if (!file.Exists) throw Damaged(file, "is missing");
            var hashes = BlobsOf(cache, name.Id!, file);
            var isRight = hashes.Count == 0 ? (bool?)null : hashes.Any(hash =>
                ContentHash.Of(file.Full, hash, null, context.Stop) == hash);
            if (isRight == false) throw Damaged(file, "does not have the content that its hash says");
            if (isRight is null) unnamed++;
            else checkedBytes += file.Bytes;
            progress.Advance(done += file.Bytes, file.Path);
        }
        if (unnamed > 0)
            context.Report(new Warned(
                $"{unnamed} of the {model.Files.Count} files in {snapshot} have no hash in the cache and were not checked."));
        var loadable = HubCheckpoint.Find(HubCheckpoint.Text(name.Id!, name.File));
        StableDiffusion.Check(loadable);
        return new VerifiedModel(Model, loadable, model.Files.Count, checkedBytes, unnamed);

        CheckpointException Damaged(CachedFile file, string fault) =>
            new($"{file.Path} of {name.Id} {fault} ({file.Full}); pull the checkpoint again, which replaces it.");
    }

    // A link names its blob. A copy has the content of a blob of its size, where blobs are kept.
    static List<string> BlobsOf(HubCache cache, HubId id, CachedFile file)
    {
        if (file.Blob is not null) return ContentHash.IsName(Path.GetFileName(file.Blob)) ? [Path.GetFileName(file.Blob)] : [];
        var blobs = Path.GetDirectoryName(cache.BlobOf(id, "x"))!;
        return !Directory.Exists(blobs) ? [] : [.. new DirectoryInfo(blobs).EnumerateFiles()
            .Where(blob => blob.Length == file.Bytes && ContentHash.IsName(blob.Name)).Select(blob => blob.Name)];
    }
}

/// <summary>A checkpoint whose files are right.</summary>
/// <param name="Model">What was asked for.</param>
/// <param name="Path">Full path of its folder or single file.</param>
/// <param name="Files">Number of its files in the cache; 0 for a checkpoint elsewhere, which has no hashes.</param>
/// <param name="Bytes">Bytes that were compared with their hashes.</param>
/// <param name="Unchecked">Number of files that have no hash.</param>
sealed record VerifiedModel(string Model, string Path, int Files, long Bytes, int Unchecked);
