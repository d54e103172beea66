using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Models;

/// <summary>Where checkpoints are found.</summary>
public static class ModelStore
{
    /// <summary>The name of the checkpoint that comes with the program, wherever the program stands.</summary>
    public const string Embedded = "embedded:toybox";

    const string Models = "models", Toybox = "toybox";

    /// <summary>The folder of a checkpoint.</summary>
    /// <param name="model">A folder, or null or <see cref="Embedded"/> for the one that comes with the program.</param>
    /// <exception cref="CheckpointException">There is no such folder.</exception>
    public static string Find(string? model) => model is null or Embedded ? FindEmbedded(AppContext.BaseDirectory) : Existing(model);

    /// <summary>How a manifest names a checkpoint: its full path, or <see cref="Embedded"/>, which holds on every machine.</summary>
    public static string NameFor(string? model) => model is null or Embedded ? Embedded : Path.GetFullPath(model);

    /// <summary>The folder of another model that comes with the program: <c>toybox-judge</c>, <c>toybox-clip</c>.</summary>
    /// <exception cref="CheckpointException">It is not there.</exception>
    public static string FindCompanion(string name) => FindEmbedded(AppContext.BaseDirectory, name);

    /// <summary>An embedded model: beside the program where it is installed, above it in a source tree.</summary>
    internal static string FindEmbedded(string program, string name = Toybox)
    {
        var relative = Path.Combine(Models, name);
        for (var folder = new DirectoryInfo(program); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, relative) is var path && Directory.Exists(path) && Directory.EnumerateFiles(path).Any()) return path;
        throw new CheckpointException($"The checkpoint that comes with the program, {relative}, is not beside it; install the program anew or name another checkpoint.");
    }

    static string Existing(string model) => Directory.Exists(model)
        ? model
        : throw new CheckpointException($"{model} is not a folder; name a Stable Diffusion checkpoint in the diffusers layout.");
}
