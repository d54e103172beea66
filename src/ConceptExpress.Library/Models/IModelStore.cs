using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Models;

/// <summary>
/// Finds the folders of checkpoints, or their single files. A host for other people needs its own store: one that offers known checkpoints
/// and accepts no paths. A tokenizer and an autoencoder from elsewhere (<see cref="ModelReference.Options"/>) are looked up here, too, each
/// as a <see cref="FolderModel"/>. Must be safe from several threads.
/// </summary>
public interface IModelStore
{
    /// <summary>Returns the folder of a checkpoint that the user has named.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <returns>The path of an existing folder in the diffusers layout. Its content is checked only when it is loaded.</returns>
    /// <exception cref="CheckpointException">The checkpoint does not exist, or the store does not offer it.</exception>
    string Find(ModelReference model);

    /// <summary>
    /// Returns the folder of the checkpoint that a result names. Results can be edited and passed on, so the name is only a hint: the
    /// caller must compare the fingerprint of the checkpoint that it loads.
    /// </summary>
    /// <param name="model">The checkpoint that the result names.</param>
    /// <returns>The path of an existing folder, like that of <see cref="Find"/>.</returns>
    /// <exception cref="CheckpointException">The checkpoint does not exist, or the store does not look at that place.</exception>
    string FindRecorded(ModelReference model);
}

/// <summary>Finds the checkpoints of this machine: the embedded ones, and any folder.</summary>
sealed class LocalModels : IModelStore
{
    /// <inheritdoc/>
    public string Find(ModelReference model) => model switch
    {
        EmbeddedModel embedded => EmbeddedModels.Find(embedded.Name),
        FolderModel folder when Directory.Exists(folder.Path) => HubFolder.Resolve(folder.Path),
        FolderModel file when File.Exists(file.Path) => file.Path,
        FolderModel folder => throw new CheckpointException($"{folder.Path} is neither a folder nor a file; name a Stable Diffusion "
            + "checkpoint: a folder in the diffusers layout, or a single .safetensors or .ckpt file."),
        _ => throw new NotSupportedException($"{model.GetType().Name} cannot be looked up on this machine"),
    };

    /// <inheritdoc/>
    public string FindRecorded(ModelReference model) => model switch
    {
        EmbeddedModel embedded => EmbeddedModels.Find(embedded.Name),
        // Opening a network share would reveal this user to its owner. A relative path would depend on the current directory.
        FolderModel folder when IsOnThisMachine(folder.Path) && Path.Exists(folder.Path) => folder.Path,
        _ => throw new CheckpointException(
            $"The checkpoint that the words were learned on is not at {model} on this machine; name the checkpoint."),
    };

    static bool IsOnThisMachine(string path) =>
        Path.IsPathFullyQualified(path) && !path.StartsWith("//", StringComparison.Ordinal)
            && !path.StartsWith(@"\\", StringComparison.Ordinal);
}

/// <summary>Finds the models that come with the program.</summary>
static class EmbeddedModels
{
    const string Models = "models";

    /// <summary>Returns the folder of <c>toybox</c>, <c>toybox-judge</c> or <c>toybox-clip</c>.</summary>
    /// <exception cref="CheckpointException">The name is not valid, or the model is not installed.</exception>
    public static string Find(string name) => Find(name, AppContext.BaseDirectory);

    /// <summary>
    /// Searches <paramref name="program"/> and the folders above it: installed models are beside the program, those of a source tree above
    /// it.
    /// </summary>
    internal static string Find(string name, string program)
    {
        if (name.Length == 0 || name.Any(character => !char.IsAsciiLetterOrDigit(character) && character != '-'))
            throw new CheckpointException($"No model that comes with the program is called '{name}'; name another checkpoint.");
        var relative = Path.Combine(Models, name);
        for (var folder = new DirectoryInfo(program); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, relative) is var path && Directory.Exists(path) && Directory.EnumerateFiles(path).Any())
                return path;
        throw new CheckpointException(
            $"The checkpoint {relative}, which comes with the program, is missing; reinstall the program or name another checkpoint.");
    }
}
