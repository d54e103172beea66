using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Models;

/// <summary>Finds the models that come with the program.</summary>
static class EmbeddedModels
{
    const string Models = "models";

    /// <summary>The fingerprint of <c>toybox</c> as this release has it, like that in results.</summary>
    public const string ToyboxFingerprint = "sha256:41dbc424b3f0a0c2b126dab0716f1605945738ceac0bc68a6025aed6fb409376";

    // What is read to load a checkpoint; a model card does not count.
    static readonly string[] Read = ["*.json", "*.txt", "*.safetensors"];

    /// <summary>Returns the fingerprint of a folder in the diffusers layout, without loading anything.</summary>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public static string FingerprintOf(string folder) => "sha256:" + FileDigest.Of(folder,
        Read.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)));

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
