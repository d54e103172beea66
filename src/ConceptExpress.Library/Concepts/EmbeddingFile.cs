using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Settings;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Library.Concepts;

/// <summary>One learned word as a safetensors file that other programs read: one tensor, under the word's own key, of one dimension.</summary>
public static class EmbeddingFile
{
    /// <summary>What the metadata tells beside the word itself.</summary>
    /// <param name="Image">Where the word came from.</param>
    /// <param name="Model">The checkpoint it was learned on, and works with.</param>
    /// <param name="Settings">How it was learned.</param>
    public sealed record Origin(ImageRecord Image, ModelRecord Model, SettingsRecord Settings);

    /// <summary>Writes a word. No date is in the file: the same word gives the same bytes.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, ConceptWord word, Origin origin)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            SafeTensorsWriter.Write(path, [(word.Token, torch.tensor(word.Embedding, torch.float32))], Metadata(word.Token, word.Embedding.Length, origin));
        }
        catch (CheckpointException e)
        {
            throw new OutputException(e.Message, e);
        }
    }

    /// <summary>The vector in a file, whatever its key: one tensor, of one dimension or one row.</summary>
    /// <exception cref="ConceptFolderException">The file is missing, damaged, or holds something else.</exception>
    public static float[] Read(string path)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            using var file = SafeTensorsFile.Open(path);
            if (file.Names is not { Count: 1 }) throw new ConceptFolderException($"{path} holds {file.Names.Count} tensors, not one embedding.");
            var tensor = file.Read(file.Names.Single());
            if (!tensor.is_floating_point() || tensor.numel() == 0 || tensor.shape is not ([_] or [1, _]))
                throw new ConceptFolderException($"{path} holds a tensor [{string.Join(", ", tensor.shape)}] of {tensor.dtype}, not one vector of numbers.");
            var vector = tensor.to_type(torch.ScalarType.Float32).flatten().data<float>().ToArray();
            return vector.All(float.IsFinite) ? vector : throw new ConceptFolderException($"{path} holds numbers that are not finite; extract the concept anew.");
        }
        catch (CheckpointException e)
        {
            throw new ConceptFolderException(e.Message, e);
        }
    }

    static Dictionary<string, string> Metadata(string token, int dimension, Origin origin) => new()
    {
        ["format"] = "pt",
        ["modelspec.sai_model_spec"] = "1.0.0",
        ["modelspec.architecture"] = Architecture(dimension) + "/textual-inversion",
        ["modelspec.title"] = $"{ConceptNames.NameOf(token)} of {ConceptNames.PrefixFor(origin.Image.Name)}",
        ["modelspec.trigger_phrase"] = token,
        ["modelspec.description"] = $"A concept extracted from {origin.Image.Name} by ConceptExpress.",
        ["modelspec.resolution"] = $"{origin.Settings.Resolution}x{origin.Settings.Resolution}",
        ["conceptexpress.base_model"] = origin.Model.Name,
        ["conceptexpress.base_model_hash"] = origin.Model.Hash,
        ["conceptexpress.image_sha256"] = origin.Image.Sha256,
        ["conceptexpress.seed"] = $"{origin.Settings.Seed}",
        ["conceptexpress.steps"] = $"{origin.Settings.Learning.Passes}",
        ["conceptexpress.settings"] = JsonSerializer.Serialize(origin.Settings, LibraryJson.Compact),
    };

    /// <summary>The width of the text encoder tells the family; small checkpoints follow Stable Diffusion 1.</summary>
    static string Architecture(int dimension) => dimension == 1024 ? "stable-diffusion-v2-512" : "stable-diffusion-v1";
}
