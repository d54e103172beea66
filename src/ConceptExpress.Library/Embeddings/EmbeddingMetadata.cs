using System.Security.Cryptography;
using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Programs;

namespace ConceptExpress.Library.Embeddings;

/// <summary>
/// The texts in the header of an embedding file: what programs show of it (the keys <c>modelspec.*</c>, Stability AI's ModelSpec 1.0.0),
/// and where it came from (<c>conceptexpress.*</c>). There is no date, so that the same word gives the same bytes.
/// </summary>
static class EmbeddingMetadata
{
    /// <summary>The side of the picture that programs show, in pixels. ModelSpec recommends it.</summary>
    public const int ThumbnailSide = 256;

    /// <summary>The key of the text that programs offer for copying into a prompt.</summary>
    public const string TriggerPhrase = "modelspec.trigger_phrase";

    /// <summary>The key of the digest of the picture that a word was learned from.</summary>
    public const string ImageSha256 = "conceptexpress.image_sha256";

    const string Title = "modelspec.title", UsageHint = "modelspec.usage_hint", ImportedSha256 = "conceptexpress.imported_sha256";

    /// <summary>Returns the texts of a learned word.</summary>
    /// <param name="manifest">The manifest of its folder, with a picture, a checkpoint and settings.</param>
    /// <param name="record">Its concept.</param>
    /// <param name="word">Its vectors.</param>
    /// <param name="picture">What programs show: a drawing of it, or the thing itself.</param>
    public static Dictionary<string, string> Of(ConceptManifest manifest, ConceptRecord record, ConceptWord word, RgbImage picture)
    {
        var (image, model, settings) = (manifest.Image!, manifest.Model!, manifest.Settings!);
        var kind = record.Naming?.Name is { } name ? $", perhaps {ConceptNames.WithArticle(name)}" : "";
        return Known(Named(record.Name), Common(word), new()
        {
            ["modelspec.description"] = $"A concept of {image.Name}{kind}. Learned by ConceptExpress on {model.Name}.",
            ["modelspec.license"] = model.Licence, // a word is made from the checkpoint, whose terms go along
            ["modelspec.resolution"] = $"{settings.Resolution}x{settings.Resolution}",
            ["modelspec.tags"] = string.Join(", ", new[] { "ConceptExpress", record.Naming?.Name }.OfType<string>()),
            ["modelspec.thumbnail"] = Thumbnail.DataUri(picture, ThumbnailSide),
            ["conceptexpress.base_model"] = model.Name,
            ["conceptexpress.base_model_hash"] = model.Hash,
            [ImageSha256] = image.Sha256,
            ["conceptexpress.seed"] = $"{settings.Seed}",
            ["conceptexpress.steps"] = $"{manifest.Unfinished?.Pass ?? settings.Learning.Passes}",
            ["conceptexpress.settings"] = JsonSerializer.Serialize(settings, LibraryJson.Compact),
        });
    }

    /// <summary>Returns the texts of a word that came from another file.</summary>
    public static Dictionary<string, string> Of(ConceptWord word, ImportRecord origin) => Known(Named(ConceptNames.NameOf(word.Token)),
        Common(word), new()
        {
            ["modelspec.description"] = $"A word imported from {origin.File} by ConceptExpress.",
            [ImportedSha256] = origin.Sha256,
        });

    /// <summary>Returns the texts in the header of a file; none if it is not in safetensors.</summary>
    /// <exception cref="EmbeddingException">The file is missing, or neither in safetensors nor of torch.save.</exception>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> In(string path)
    {
        using var file = TensorFile.Open(path);
        return (file.Source as SafeTensorsFile)?.Metadata ?? new Dictionary<string, string>();
    }

    /// <summary>Returns the texts of a file for a word that has another name.</summary>
    public static Dictionary<string, string> Renamed(IReadOnlyDictionary<string, string> texts, string name) =>
        Known(new Dictionary<string, string?>(texts.Select(text => KeyValuePair.Create(text.Key, (string?)text.Value))), Named(name));

    /// <summary>Returns the texts of a file that one program will show.</summary>
    public static Dictionary<string, string> For(DrawingProgram program, IReadOnlyDictionary<string, string> texts, string name) =>
        new(Renamed(texts, name)) { [TriggerPhrase] = program.Spell(name), [UsageHint] = $"In a prompt, write {program.Spell(name)}." };

    /// <summary>Whether two files hold words that were learned from the same picture, or imported from the same file.</summary>
    public static bool SameOrigin(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        new[] { ImageSha256, ImportedSha256 }.Any(key => one.TryGetValue(key, out var digest) && digest == other.GetValueOrDefault(key));

    static Dictionary<string, string?> Named(string name) => new()
    {
        [Title] = name,
        // SwarmUI offers this text for copying, and knows no other spelling. No other program that was examined shows it.
        [TriggerPhrase] = DrawingProgram.SwarmUi.Spell(name),
        [UsageHint] = $"In a prompt, write {DrawingProgram.Spellings(name)}.",
    };

    static Dictionary<string, string?> Common(ConceptWord word) => new()
    {
        ["format"] = "pt",
        ["modelspec.sai_model_spec"] = "1.0.0",
        ["modelspec.architecture"] = Architecture(word.Vectors[0].Length) + "/textual-inversion",
        ["modelspec.implementation"] = "diffusers",
        ["modelspec.hash_sha256"] = $"0x{Convert.ToHexStringLower(SHA256.HashData(EmbeddingWriter.Bytes(word)))}",
    };

    static Dictionary<string, string> Known(params Dictionary<string, string?>[] parts)
    {
        var texts = new Dictionary<string, string>();
        foreach (var (key, text) in parts.SelectMany(part => part))
            if (text is not null) texts[key] = text;
        return texts;
    }

    // 1024 is Stable Diffusion 2; all others, also small checkpoints, are called Stable Diffusion 1. All of Stable Diffusion 2 has one text
    // encoder, and the programs know its words by the name of the 768 px model only.
    static string Architecture(int width) => width == 1024 ? "stable-diffusion-v2-768-v" : "stable-diffusion-v1";
}
