using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// Reads and writes one learned word as a safetensors file that other programs can read. The file has one tensor, whose key is the word:
/// (E) for one vector, (D,E) for D vectors of width E. Files for two text encoders (tensors <c>clip_l</c> and <c>clip_g</c>) can be read
/// too; the two vectors of each row are concatenated.
/// </summary>
public static class EmbeddingFile
{
    // The maximum. Prompts have far fewer text positions.
    const long MaxVectors = 1000;

    // The keys of files for two text encoders, in the order in which their vectors are concatenated.
    static readonly string[] TwoEncoders = ["clip_l", "clip_g"];

    /// <summary>The origin of a word, for the metadata of its file.</summary>
    /// <param name="Image">The picture that the word was learned from.</param>
    /// <param name="Model">The checkpoint that the word was learned on.</param>
    /// <param name="Settings">The settings of the extraction.</param>
    /// <param name="Unfinished">The progress of a learning that was stopped early; null if it is finished.</param>
    internal sealed record Origin(ImageRecord Image, ModelRecord Model, ExtractionSettings Settings, UnfinishedRecord? Unfinished = null);

    /// <summary>Writes a word. The file contains no date, so the same word gives the same bytes.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    internal static void Write(string path, ConceptWord word, Origin origin)
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

    /// <summary>
    /// Reads the vectors of a word: one floating-point tensor with any key, (E) or (D,E), or one for each of two text encoders with the
    /// same D. D is at most 1000.
    /// </summary>
    /// <param name="path">The path of the safetensors file.</param>
    /// <returns>D vectors of E values, converted to fp32; 1 vector for a tensor (E).</returns>
    /// <exception cref="ConceptFolderException">
    /// The file is missing or damaged, has other tensors, or has values that are not finite.
    /// </exception>
    public static IReadOnlyList<float[]> Read(string path)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            using var file = SafeTensorsFile.Open(path);
            IReadOnlyCollection<string> names = TwoEncoders.All(file.Contains) && file.Names.Count == 2 ? TwoEncoders : file.Names;
            if (names.Count != 1 && names != TwoEncoders)
                throw new ConceptFolderException(
                    $"{path} has {file.Names.Count} tensors, but the file of a word has one; name another file.");
            var tensors = names.Select(name => Rows(path, file.Read(name))).ToList();
            if (tensors.Any(tensor => tensor.shape[0] != tensors[0].shape[0]))
                throw new ConceptFolderException(
                    $"{path} has {string.Join(" and ", tensors.Select(tensor => tensor.shape[0]))} vectors for its two text encoders, but "
                    + "needs the same number for each; name another file.");
            var rows = torch.cat(tensors, 1);
            var values = rows.data<float>().ToArray();
            return values.All(float.IsFinite)
                ? [.. values.Chunk((int)rows.shape[1])]
                : throw new ConceptFolderException($"{path} has values that are not finite; extract the concept again.");
        }
        catch (CheckpointException e)
        {
            throw new ConceptFolderException(e.Message, e);
        }
    }

    static torch.Tensor Stacked(IReadOnlyList<float[]> vectors) =>
        vectors is [var only]
            ? torch.tensor(only, torch.float32)
            : torch.tensor([.. vectors.SelectMany(vector => vector)], [vectors.Count, vectors[0].Length], torch.float32);

    static torch.Tensor Rows(string path, torch.Tensor tensor) =>
        tensor.is_floating_point() && tensor.numel() > 0 && tensor.shape is [_] or [<= MaxVectors, _]
            ? tensor.to_type(torch.ScalarType.Float32).view(tensor.dim() == 1 ? 1 : tensor.shape[0], -1)
            : throw new ConceptFolderException(
                $"{path} has a tensor [{string.Join(", ", tensor.shape)}] of {tensor.dtype}, which cannot be the vectors of a word; name "
                + "another file.");

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

    /// <summary>
    /// Returns the model family for a text encoder width: 1024 is Stable Diffusion 2; all others, also small checkpoints, are Stable
    /// Diffusion 1.
    /// </summary>
    static string Architecture(int dimension) => dimension == 1024 ? "stable-diffusion-v2-512" : "stable-diffusion-v1";
}
