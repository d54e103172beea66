using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// The content of <c>concepts.json</c>: the concepts of a picture, the model and the settings; or imported words. The same extraction, and
/// the same import, give the same bytes.
/// </summary>
public sealed record ConceptManifest
{
    /// <summary>The beginning of <see cref="Schema"/> in all versions.</summary>
    public const string SchemaName = "conceptexpress/concepts@";

    /// <summary>The schema version that this program reads and writes.</summary>
    public const string CurrentSchema = SchemaName + "2";

    /// <summary>The schema version of the file. Only <see cref="CurrentSchema"/> can be read.</summary>
    public required string Schema { get; init; }

    /// <summary>
    /// Prepended to the words of the folder (<c>&lt;prefix-asset0&gt;</c>) when another folder defines one of them too. 1 to 40
    /// characters, without spaces and angle brackets. Made from the name of the picture or of the imported file; users may edit it.
    /// </summary>
    public required string Prefix { get; init; }

    /// <summary>The picture that the concepts come from; null if all words were imported.</summary>
    public required ImageRecord? Image { get; init; }

    /// <summary>
    /// The checkpoint that the concepts were located and learned with, or that the imported words were checked with; null if all words were
    /// imported, and none was named.
    /// </summary>
    public required ModelRecord? Model { get; init; }

    /// <summary>The settings of the extraction, with the resolution filled in; null if all words were imported.</summary>
    public required ExtractionSettings? Settings { get; init; }

    /// <summary>True if the masks came from a person or another program; false if they were found in the picture.</summary>
    public required bool GivenMasks { get; init; }

    /// <summary>
    /// True if this is the result of an extraction, even if it found no concepts, or of an import; false if the concepts were only located.
    /// </summary>
    public required bool Learned { get; init; }

    /// <summary>How the previews were drawn; null if there are none.</summary>
    /// <value>The default is null.</value>
    public PreviewSettings? PreviewSettings { get; init; }

    /// <summary>The concepts, in the order in which they were located; empty if none was found.</summary>
    public required IReadOnlyList<ConceptRecord> Concepts { get; init; }

    /// <summary>
    /// The path of the preview of all concepts together, relative to the folder; null if there is none: no previews were drawn, there is
    /// only one concept, or not all words fit into one prompt.
    /// </summary>
    /// <value>The default is null.</value>
    public string? JointPreview { get; init; }

    /// <summary>The paths of the samples (pictures drawn while learning), relative to the folder, in the order of their passes.</summary>
    /// <value>The default is an empty list.</value>
    public IReadOnlyList<string> Samples { get; init; } = [];

    /// <summary>
    /// The progress of an extraction that was stopped early, or that met a value that is not finite; null if it is finished.
    /// </summary>
    /// <value>The default is null.</value>
    public UnfinishedRecord? Unfinished { get; init; }

    /// <summary>
    /// Mean losses over the last pass, by name: <c>denoising</c>, <c>alignment</c> and <c>contrast</c> before weighting, without those
    /// that do not count in that pass, and their weighted sum <c>total</c>. Null if nothing was learned.
    /// </summary>
    /// <value>The default is null.</value>
    public IReadOnlyDictionary<string, double>? FinalLosses { get; init; }
}

/// <summary>The progress of an extraction that was stopped early.</summary>
/// <param name="Pass">
/// The number of passes done, 1 to <paramref name="Passes"/>. Equal to it if the extraction was stopped while it drew previews.
/// </param>
/// <param name="Passes">The number of passes requested.</param>
public sealed record UnfinishedRecord(int Pass, int Passes);

/// <summary>The picture that concepts came from.</summary>
public sealed record ImageRecord
{
    /// <summary>The name of the picture's file, without its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The width in pixels of the picture as it was read: upright, unless its EXIF orientation was ignored.</summary>
    public required int Width { get; init; }

    /// <summary>The height in pixels of the picture as it was read, like <see cref="Width"/>.</summary>
    public required int Height { get; init; }

    /// <summary>The SHA-256 of the file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Returns the description of a picture.</summary>
    /// <param name="name">The name of its file, without its folder.</param>
    /// <param name="read">The picture as it was read, with the digest of its file.</param>
    public static ImageRecord Of(string name, DecodedImage read) =>
        new() { Name = name, Width = read.Image.Width, Height = read.Image.Height, Sha256 = read.Sha256 };
}

/// <summary>The checkpoint that a result was made with.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Path">
/// The <see cref="Models.ModelReference"/>, as text: the full path of its folder on the machine that made the result, or
/// <c>embedded:toybox</c>.
/// </param>
/// <param name="Hash">Its fingerprint, <c>sha256:</c> and 64 lower-case hexadecimal digits.</param>
/// <param name="Precision">The number format of the computation: fp32, bf16, fp16 or fp64.</param>
public sealed record ModelRecord(string Name, string Path, string Hash, string Precision)
{
    /// <summary>How the checkpoint was read, with full paths; null, and not written, if nothing was chosen.</summary>
    /// <value>The default is null.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CheckpointOptions? Options { get; init; }

    /// <summary>
    /// The licence of the checkpoint, as its model card or the table of known checkpoints names it; null, and not written, if neither does.
    /// </summary>
    /// <value>The default is null.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Licence { get; init; }
}

/// <summary>One concept in <c>concepts.json</c>. Paths are relative to the folder, with forward slashes.</summary>
/// <param name="Name">
/// The base name of the concept's files: 1 to 100 ASCII letters, digits, dots, dashes and underscores, and not only dots.
/// </param>
/// <param name="Token">
/// The word for prompts, such as <c>&lt;asset0&gt;</c>: 1 to 100 characters in angle brackets, without spaces and more brackets. Unique in
/// its folder. Users may edit it.
/// </param>
/// <param name="Mask">
/// The path of a PNG of the picture's size, 8-bit grey: 255 inside the concept, 0 outside; null if the word was imported.
/// </param>
/// <param name="Coverage">The share of the picture that the mask covers, 0 to 1; null if the word was imported.</param>
/// <param name="Saliency">
/// How much the concept stands out; larger is more. Comparable only within one folder. Null if the word was imported.
/// </param>
/// <param name="Embedding">The path of the safetensors file with the word's vectors; null if the concept was only located.</param>
/// <param name="Previews">The paths of the pictures drawn with the word; empty if there are none.</param>
/// <param name="Imported">The file that the word was imported from; null, the default, if the concept was found in a picture.</param>
/// <param name="Naming">What the concept may be called; null, the default, if nobody looked.</param>
/// <param name="Confidence">
/// How sure it is that the mask covers one thing, 0 to 1; null, the default, if that is not known, as for given masks and preset paper.
/// </param>
public sealed record ConceptRecord(
    string Name, string Token, string? Mask, double? Coverage, double? Saliency, string? Embedding, IReadOnlyList<string> Previews,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImportRecord? Imported = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ConceptNaming? Naming = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Confidence = null);

/// <summary>The embedding file that a word came from.</summary>
/// <param name="File">The name of the file, without its folder.</param>
/// <param name="Sha256">The SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
public sealed record ImportRecord(string File, string Sha256);

/// <summary>
/// How previews are drawn. The defaults are the published ones (method 3, generation); the Express preset has a lower guidance.
/// </summary>
public sealed record PreviewSettings
{
    // Words are learned without guidance, and strong guidance exaggerates them: see docs/deviations.md.
    const double ExpressGuidance = 5;

    /// <summary>Returns the preview settings of a preset: guidance 5 for Express, 7.5 for Paper. All else is the default.</summary>
    /// <param name="preset">The preset of the extraction.</param>
    public static PreviewSettings For(Preset preset) =>
        preset == Preset.Express
            ? new PreviewSettings { Sampling = new SamplingSettings { Guidance = ExpressGuidance } }
            : new PreviewSettings();

    /// <summary>The number of pictures per concept, 0 to 100; 0 draws no previews.</summary>
    /// <value>The default is 1.</value>
    [Range(0, 100)]
    public int Count { get; init; } = 1;

    /// <summary>The sampler, its steps and the guidance.</summary>
    /// <value>The default is DDIM with 50 sampler steps and guidance 7.5.</value>
    public SamplingSettings Sampling { get; init; } = new();
}
