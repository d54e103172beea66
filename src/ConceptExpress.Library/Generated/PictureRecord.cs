using System.Text.Json;
using System.Text.Json.Serialization;
using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Generated;

/// <summary>
/// How a picture was generated: all that is needed to draw it again. Stored in the text chunks of its PNG as JSON, beside the forms that
/// other programs read (docs/prompts.md).
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Version">The version of ConceptExpress.</param>
/// <param name="Model">The checkpoint that drew the picture.</param>
/// <param name="Settings">The prompts, size, sampler and seed that were used, with width and height filled in.</param>
/// <param name="Concepts">The learned words in the prompt or the negative prompt, each once, and their origins.</param>
public sealed record PictureRecord(string Schema, string Version, ModelRecord Model, GenerationSettings Settings,
    IReadOnlyList<PictureConcept> Concepts)
{
    /// <summary>The schema version that this program writes.</summary>
    public const string CurrentSchema = "conceptexpress/picture@3";

    /// <summary>
    /// The PNG keyword of the text that A1111 (Stable Diffusion web UI), and all programs that read its pictures, look for.
    /// </summary>
    public const string ParametersKeyword = "parameters";

    /// <summary>The PNG keyword of the graph that ComfyUI loads.</summary>
    public const string GraphKeyword = "prompt";

    /// <summary>The PNG keyword of the JSON.</summary>
    public const string JsonKeyword = "conceptexpress";

    // All prompts were plain, and neither files nor devices were recorded.
    const string PlainSchema = "conceptexpress/picture@2";

    const long MaxBytes = 1L << 30;

    /// <summary>What the picture was computed on; null, and not written, in records of schema 2.</summary>
    /// <value>The default is null.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureMachine? Machine { get; init; }

    /// <summary>Reads the record in a PNG file that this program wrote. Nothing in it is trusted.</summary>
    /// <param name="path">The path of the file, of up to 1 GiB.</param>
    /// <exception cref="ImageException">
    /// The file is missing, unreadable, not a PNG file, has no record, or has one of another schema or that is not valid.
    /// </exception>
    public static PictureRecord Read(string path)
    {
        var texts = TextsOf(path);
        if (!texts.TryGetValue(JsonKeyword, out var json))
            throw new ImageException(texts.ContainsKey(ParametersKeyword)
                ? $"{path} was drawn by another program, so it cannot be repeated; give its prompt and settings instead."
                : $"{path} does not say how it was drawn; name a picture that ConceptExpress generated and no other program has changed.");
        try
        {
            var record = LibraryJson.Read<PictureRecord>(json, LibraryJson.Compact);
            return record?.Schema switch
            {
                CurrentSchema => record,
                PlainSchema => record with { Settings = record.Settings with { Syntax = PromptSyntax.Plain } },
                _ => throw new ImageException(
                    $"{path} has a record of schema '{record?.Schema}', but this program reads {CurrentSchema}; use the version of "
                    + "ConceptExpress that drew it."),
            };
        }
        catch (JsonException e)
        {
            throw new ImageException(
                $"the record in {path} is not valid (near {e.Path ?? "its beginning"}); name a picture that ConceptExpress generated.", e);
        }
    }

    /// <summary>
    /// Returns the texts for the picture's PNG, by keyword: A1111's text under <see cref="ParametersKeyword"/>, ComfyUI's graph under
    /// <see cref="GraphKeyword"/>, and this record as JSON on one line under <see cref="JsonKeyword"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Texts()
    {
        var spelling = new PromptSpelling(this);
        return new Dictionary<string, string>
        {
            [ParametersKeyword] = A1111Parameters.Of(this, spelling),
            [GraphKeyword] = ComfyGraph.Of(this, spelling),
            [JsonKeyword] = JsonSerializer.Serialize(this, LibraryJson.Compact),
        };
    }

    static IReadOnlyDictionary<string, string> TextsOf(string path)
    {
        try
        {
            if (!File.Exists(path)) throw new ImageException($"{path} does not exist; name a picture that ConceptExpress generated.");
            if (new FileInfo(path).Length is > MaxBytes and var bytes)
                throw new ImageException($"{path} has {bytes} bytes, too many for a generated picture; name another file.");
            var png = File.ReadAllBytes(path);
            return PngText.IsPng(png)
                ? PngText.Read(png)
                : throw new ImageException($"{path} is not a PNG file; name a picture as ConceptExpress generated it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{path} cannot be read ({e.Message.TrimEnd('.')}); check the file.", e);
        }
    }
}

/// <summary>What a picture was computed on. Others may give other bytes.</summary>
/// <param name="Device">The device: <c>cpu</c>, or <c>cuda:0</c>.</param>
/// <param name="Threads">The number of threads of an operation.</param>
public sealed record PictureMachine(string Device, int Threads);

/// <summary>A learned word that a prompt used.</summary>
/// <param name="Token">The word in the prompt.</param>
/// <param name="Original">
/// The word in its concept folder or embedding file; differs from <paramref name="Token"/> if a prefix was added.
/// </param>
/// <param name="Image">The file name of the picture that the word was learned from; null if it came from an embedding file.</param>
/// <param name="ImageSha256">
/// The SHA-256 of that file, 64 lower-case hexadecimal digits; null if the word came from an embedding file.
/// </param>
/// <param name="Imported">The embedding file that the word came from; null, the default, if it was learned from a picture.</param>
/// <param name="File">
/// The full path of the file that its vectors were read from; null, the default, and not written, in records of schema 2.
/// </param>
/// <param name="Sha256">
/// The SHA-256 of that file, 64 lower-case hexadecimal digits; null, the default, and not written, in records of schema 2.
/// </param>
public sealed record PictureConcept(string Token, string Original, string? Image, string? ImageSha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImportRecord? Imported = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sha256 = null);
