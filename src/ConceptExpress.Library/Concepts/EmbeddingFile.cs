using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Settings;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// One learned word as a safetensors file that other programs read: one tensor, under the word's own key, (E) for one vector and (D,E) for several. Files of
/// words for two text encoders, <c>clip_l</c> and <c>clip_g</c>, are read, too; their vectors come out side by side.
/// </summary>
public static class EmbeddingFile
{
    // More text positions than any prompt has.
    const long MaxVectors = 1000;

    // What files for two encoders call them, in the order in which their vectors stand side by side.
    static readonly string[] TwoEncoders = ["clip_l", "clip_g"];

    /// <summary>What the metadata tells beside the word itself.</summary>
    /// <param name="Image">Where the word came from.</param>
    /// <param name="Model">The checkpoint it was learned on, and works with.</param>
    /// <param name="Settings">How it was learned.</param>
    /// <param name="Unfinished">How far its learning came, where it was stopped.</param>
    public sealed record Origin(ImageRecord Image, ModelRecord Model, SettingsRecord Settings, UnfinishedRecord? Unfinished = null);

    /// <summary>Writes a word. No date is in the file: the same word gives the same bytes.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, ConceptWord word, Origin origin)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            SafeTensorsWriter.Write(path, [(word.Token, Stacked(word.Vectors))], Metadata(word.Token, word.Vectors[0].Length, origin));
        }
        catch (CheckpointException e)
        {
            throw new OutputException(e.Message, e);
        }
    }

    /// <summary>The vectors in a file, whatever its key: one tensor (E) or (D,E), or one for each of two text encoders.</summary>
    /// <exception cref="ConceptFolderException">The file is missing, damaged, or holds something else.</exception>
    public static IReadOnlyList<float[]> Read(string path)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            using var file = SafeTensorsFile.Open(path);
            IReadOnlyCollection<string> names = TwoEncoders.All(file.Contains) && file.Names.Count == 2 ? TwoEncoders : file.Names;
            if (names.Count != 1 && names != TwoEncoders) throw new ConceptFolderException($"{path} holds {file.Names.Count} tensors, not one embedding.");
            var tensors = names.Select(name => Rows(path, file.Read(name))).ToList();
            if (tensors.Any(tensor => tensor.shape[0] != tensors[0].shape[0]))
                throw new ConceptFolderException($"{path} holds {string.Join(" and ", tensors.Select(tensor => tensor.shape[0]))} vectors for its text encoders; they take the same number.");
            var rows = torch.cat(tensors, 1);
            var values = rows.data<float>().ToArray();
            return values.All(float.IsFinite) ? [.. values.Chunk((int)rows.shape[1])] : throw new ConceptFolderException($"{path} holds numbers that are not finite; extract the concept anew.");
        }
        catch (CheckpointException e)
        {
            throw new ConceptFolderException(e.Message, e);
        }
    }

    static torch.Tensor Stacked(IReadOnlyList<float[]> vectors) =>
        vectors is [var only] ? torch.tensor(only, torch.float32) : torch.tensor([.. vectors.SelectMany(vector => vector)], [vectors.Count, vectors[0].Length], torch.float32);

    static torch.Tensor Rows(string path, torch.Tensor tensor) =>
        tensor.is_floating_point() && tensor.numel() > 0 && tensor.shape is [_] or [<= MaxVectors, _]
            ? tensor.to_type(torch.ScalarType.Float32).view(tensor.dim() == 1 ? 1 : tensor.shape[0], -1)
            : throw new ConceptFolderException($"{path} holds a tensor [{string.Join(", ", tensor.shape)}] of {tensor.dtype}, not the vectors of a word.");

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
        ["conceptexpress.steps"] = $"{origin.Unfinished?.Pass ?? origin.Settings.Learning.Passes}",
        ["conceptexpress.settings"] = JsonSerializer.Serialize(origin.Settings, LibraryJson.Compact),
    };

    /// <summary>The width of the text encoder tells the family; small checkpoints follow Stable Diffusion 1.</summary>
    static string Architecture(int dimension) => dimension == 1024 ? "stable-diffusion-v2-512" : "stable-diffusion-v1";
}
