using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Library.Embeddings;

/// <summary>
/// Writes one word as a safetensors file that other programs can read. The file has one tensor, whose key is the word: (E) for one vector,
/// (D,E) for D vectors of width E. It contains no date, so the same word gives the same bytes.
/// </summary>
static class EmbeddingWriter
{
    /// <summary>The origin of a learned word, for the metadata of its file.</summary>
    /// <param name="Image">The picture that the word was learned from.</param>
    /// <param name="Model">The checkpoint that the word was learned on.</param>
    /// <param name="Settings">The settings of the extraction.</param>
    /// <param name="Unfinished">The progress of a learning that was stopped early; null if it is finished.</param>
    public sealed record Origin(ImageRecord Image, ModelRecord Model, ExtractionSettings Settings, UnfinishedRecord? Unfinished = null);

    /// <summary>Writes a learned word.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, ConceptWord word, Origin origin) => Write(path, word, new Dictionary<string, string?>
    {
        ["modelspec.title"] = $"{ConceptNames.NameOf(word.Token)} of {ConceptNames.PrefixFor(origin.Image.Name)}",
        ["modelspec.trigger_phrase"] = word.Token,
        ["modelspec.description"] = $"A concept extracted from {origin.Image.Name} by ConceptExpress.",
        ["modelspec.license"] = origin.Model.Licence, // a word is made from the checkpoint, whose terms go along
        ["modelspec.resolution"] = $"{origin.Settings.Resolution}x{origin.Settings.Resolution}",
        ["conceptexpress.base_model"] = origin.Model.Name,
        ["conceptexpress.base_model_hash"] = origin.Model.Hash,
        ["conceptexpress.image_sha256"] = origin.Image.Sha256,
        ["conceptexpress.seed"] = $"{origin.Settings.Seed}",
        ["conceptexpress.steps"] = $"{origin.Unfinished?.Pass ?? origin.Settings.Learning.Passes}",
        ["conceptexpress.settings"] = JsonSerializer.Serialize(origin.Settings, LibraryJson.Compact),
    });

    /// <summary>Writes a word that came from another file.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, ConceptWord word, ImportRecord origin) => Write(path, word, new Dictionary<string, string?>
    {
        ["modelspec.title"] = ConceptNames.NameOf(word.Token),
        ["modelspec.trigger_phrase"] = word.Token,
        ["modelspec.description"] = $"A word imported from {origin.File} by ConceptExpress.",
        ["conceptexpress.imported_sha256"] = origin.Sha256,
    });

    static void Write(string path, ConceptWord word, Dictionary<string, string?> about)
    {
        using var scope = torch.NewDisposeScope();
        Dictionary<string, string> metadata = new()
        {
            ["format"] = "pt",
            ["modelspec.sai_model_spec"] = "1.0.0",
            ["modelspec.architecture"] = Architecture(word.Vectors[0].Length) + "/textual-inversion",
        };
        foreach (var (key, text) in about)
            if (text is not null) metadata.Add(key, text);
        try
        {
            SafeTensorsWriter.Write(path, [(word.Token, Stacked(word.Vectors))], metadata);
        }
        catch (CheckpointException e)
        {
            throw new OutputException(e.Message, e);
        }
    }

    static torch.Tensor Stacked(IReadOnlyList<float[]> vectors) =>
        vectors is [var only]
            ? torch.tensor(only, torch.float32)
            : torch.tensor([.. vectors.SelectMany(vector => vector)], [vectors.Count, vectors[0].Length], torch.float32);

    /// <summary>
    /// Returns the model family for a text encoder width: 1024 is Stable Diffusion 2; all others, also small checkpoints, are Stable
    /// Diffusion 1.
    /// </summary>
    static string Architecture(int dimension) => dimension == 1024 ? "stable-diffusion-v2-512" : "stable-diffusion-v1";
}
