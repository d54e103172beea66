using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Models;

/// <summary>Where checkpoints are found. A host that serves others has a store of its own, which knows the checkpoints it offers and no path.</summary>
public interface IModelStore
{
    /// <summary>The folder of a checkpoint that the person who asks has named.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    string Find(ModelReference model);

    /// <summary>
    /// The folder of the checkpoint that a result says it was made with. Results are edited and passed on: what they say is a hint, and whoever uses the
    /// folder compares its fingerprint.
    /// </summary>
    /// <exception cref="CheckpointException">There is none, or it may not be looked for there.</exception>
    string FindRecorded(ModelReference model);
}

/// <summary>The checkpoints of this machine: those that come with the program, and every folder.</summary>
public sealed class LocalModels : IModelStore
{
    /// <inheritdoc/>
    public string Find(ModelReference model) => model switch
    {
        EmbeddedModel embedded => EmbeddedModels.Find(embedded.Name),
        FolderModel folder when Directory.Exists(folder.Path) => folder.Path,
        FolderModel folder => throw new CheckpointException($"{folder.Path} is not a folder; name a Stable Diffusion checkpoint in the diffusers layout."),
        _ => throw new NotSupportedException($"{model.GetType().Name} is not found on this machine"),
    };

    /// <inheritdoc/>
    public string FindRecorded(ModelReference model) => model switch
    {
        EmbeddedModel embedded => EmbeddedModels.Find(embedded.Name),
        // A network share would tell its owner who asks; a relative path would depend on where the program was started.
        FolderModel folder when IsOnThisMachine(folder.Path) && Directory.Exists(folder.Path) => folder.Path,
        _ => throw new CheckpointException($"The checkpoint that the words were learned on is not at {model} on this machine; name the checkpoint."),
    };

    static bool IsOnThisMachine(string path) =>
        Path.IsPathFullyQualified(path) && !path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith(@"\\", StringComparison.Ordinal);
}

/// <summary>The models that come with the program.</summary>
public static class EmbeddedModels
{
    const string Models = "models";

    /// <summary>The folder of a model: <c>toybox</c>, <c>toybox-judge</c>, <c>toybox-clip</c>.</summary>
    /// <exception cref="CheckpointException">It is not there.</exception>
    public static string Find(string name) => Find(name, AppContext.BaseDirectory);

    /// <summary>Beside the program where it is installed, above it in a source tree.</summary>
    internal static string Find(string name, string program)
    {
        if (name.Length == 0 || name.Any(character => !char.IsAsciiLetterOrDigit(character) && character != '-'))
            throw new CheckpointException($"No model that comes with the program is called '{name}'; name another checkpoint.");
        var relative = Path.Combine(Models, name);
        for (var folder = new DirectoryInfo(program); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, relative) is var path && Directory.Exists(path) && Directory.EnumerateFiles(path).Any()) return path;
        throw new CheckpointException($"The checkpoint that comes with the program, {relative}, is not beside it; install the program anew or name another checkpoint.");
    }
}
