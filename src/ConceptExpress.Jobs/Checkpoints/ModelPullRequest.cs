using ConceptExpress.Diffusion;
using ConceptExpress.Hub;
using ConceptExpress.Hub.Downloads;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Checkpoints;

/// <summary>Downloads a checkpoint of the hub into Hugging Face's cache, as far as it is not there.</summary>
sealed record ModelPullRequest : JobRequest<PulledModel>
{
    /// <summary>A short name, or an id: <c>owner/name[@revision][#file]</c>.</summary>
    public required string Model { get; init; }

    /// <summary>A branch, tag or commit; null for that of <see cref="Model"/>, else <c>main</c>.</summary>
    public string? Revision { get; init; }

    /// <summary>The variant of weights to take where there is one, such as <c>fp16</c>; null for the plain ones.</summary>
    public string? Variant { get; init; }

    /// <summary>Path of a single file in the repository; null for that of <see cref="Model"/>, else for the folder.</summary>
    public string? File { get; init; }

    /// <summary>Whether to look only at what is on this machine.</summary>
    /// <value>The default is false.</value>
    public bool Offline { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">The name, the revision, the variant or the file is invalid.</exception>
    /// <exception cref="HubException">The checkpoint does not exist, cannot be reached, or arrived damaged.</exception>
    /// <exception cref="HubStorageException">The cache cannot be written, or the disk is full.</exception>
    /// <exception cref="DownloadStoppedException">The job was cancelled. What was downloaded is kept.</exception>
    public override PulledModel Work(JobContext context) => Observed(context, Perform);

    PulledModel Perform(JobContext context)
    {
        var name = ModelName.Parse(Model, Revision);
        SettingsCheck.Rule(name.Id is not null, $"{Model} lies at {name.Source?.Path} and is not downloaded.");
        SettingsCheck.Rule(Variant is null || Variant.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && Variant.Length > 0,
            $"variant '{Variant}' is not the name of a variant, such as fp16.");
        SettingsCheck.Rule(File is null || CheckpointFiles.IsSafe(File) && CheckpointFiles.IsSingleFile(File),
            $"file '{File}' is not a .safetensors or .ckpt file of a repository.");
        var settings = HubSettings.FromEnvironment();
        settings = settings with { Offline = settings.Offline || Offline };
        var progress = new DownloadProgress(context, name.Source?.Licence);
        try
        {
            // Continuations run on other threads, so that a host's own thread may wait here.
            var model = Task.Run(() => new ModelDownload(settings, progress.Report)
                .Pull(name.Id!, Variant, File ?? name.File, context.Stop)).GetAwaiter().GetResult();
            context.Report(new Produced(model.Path));
            return new PulledModel(Model, model.Id.ToString(), model.Path, model.Bytes, model.Downloaded,
                model.Licence ?? name.Source?.Licence);
        }
        catch (OperationCanceledException e)
        {
            throw new DownloadStoppedException($"the download of {name.Id} was stopped; the same command continues it.", e);
        }
    }
}

/// <summary>A checkpoint that is in the cache now.</summary>
/// <param name="Model">What names it: the short name or id that was asked for.</param>
/// <param name="Id">Its id, with the commit.</param>
/// <param name="Path">Full path of its folder or single file.</param>
/// <param name="Bytes">Bytes of its files.</param>
/// <param name="Downloaded">Bytes that were not there before.</param>
/// <param name="Licence">Its licence, as the publisher or the table of short names says; null if neither does.</param>
sealed record PulledModel(string Model, string Id, string Path, long Bytes, long Downloaded, ModelLicence? Licence);

/// <summary>A download was cancelled. What came is kept. The message is one sentence.</summary>
sealed class DownloadStoppedException(string message, Exception inner) : OperationCanceledException(message, inner);
