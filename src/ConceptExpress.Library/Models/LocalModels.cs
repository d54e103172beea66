using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;

namespace ConceptExpress.Library.Models;

/// <summary>
/// Finds the checkpoints of this machine: the embedded ones, those of Hugging Face's cache, those with a short name, and any folder or
/// file.
/// </summary>
sealed class LocalModels : IModelStore
{
    /// <inheritdoc/>
    public string Find(ModelReference model) => model switch
    {
        EmbeddedModel embedded => EmbeddedModels.Find(embedded.Name),
        HubModel hub => HubCheckpoint.Find(hub.Id),
        FolderModel folder when Directory.Exists(folder.Path) => HubFolder.Resolve(folder.Path),
        FolderModel file when File.Exists(file.Path) => file.Path,
        FolderModel named when ModelSources.Load().Find(named.Path) is { } source => Find(source),
        FolderModel id when HubCheckpoint.IsId(id.Path) => HubCheckpoint.Find(id.Path),
        FolderModel folder => throw new CheckpointException($"{folder.Path} is neither a folder nor a file; name a Stable Diffusion "
            + "checkpoint: a folder in the diffusers layout, a single .safetensors or .ckpt file, a short name, or an id of the hub."),
        _ => throw new NotSupportedException($"{model.GetType().Name} cannot be looked up on this machine"),
    };

    /// <inheritdoc/>
    public string FindRecorded(ModelReference model) => model switch
    {
        EmbeddedModel embedded => EmbeddedModels.Find(embedded.Name),
        HubModel hub => HubCheckpoint.Find(hub.Id),
        // Opening a network share would reveal this user to its owner. A relative path would depend on the current directory.
        FolderModel folder when IsOnThisMachine(folder.Path) && Path.Exists(folder.Path) => folder.Path,
        _ => throw new CheckpointException(
            $"The checkpoint that was used is not at {model} on this machine; name the checkpoint."),
    };

    /// <summary>
    /// Returns what results name: the id and commit of a checkpoint that was named by an id or a short name, so that other machines find
    /// it, else the full path.
    /// </summary>
    /// <param name="model">The checkpoint as the user named it.</param>
    /// <param name="path">Full path of what was found.</param>
    public static ModelReference Named(ModelReference model, string path) => model switch
    {
        FolderModel folder when Path.Exists(folder.Path) => new FolderModel(path),
        FolderModel or HubModel => HubCheckpoint.Of(path) ?? (ModelReference)new FolderModel(path),
        _ => model,
    };

    static string Find(ModelSource source) => source switch
    {
        { Hub: { } hub } => HubCheckpoint.Find(hub),
        { Path: { } path } when Path.Exists(path) => HubFolder.Resolve(path),
        _ => throw new CheckpointException($"{source.Name} stands for {source.Path}, which does not exist; import it again."),
    };

    /// <summary>Whether a path that a result names is a full one on this machine, so that it may be looked at.</summary>
    internal static bool IsOnThisMachine(string path) =>
        Path.IsPathFullyQualified(path) && !path.StartsWith("//", StringComparison.Ordinal)
            && !path.StartsWith(@"\\", StringComparison.Ordinal);
}
