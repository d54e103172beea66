using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Concepts;

/// <summary><c>concepts.json</c>: what was found in a picture, by which model, with which settings. The same extraction gives the same bytes.</summary>
public sealed record ConceptManifest
{
    /// <summary>What every version of the schema begins with.</summary>
    public const string SchemaName = "conceptexpress/concepts@";

    public const string CurrentSchema = SchemaName + "2";

    /// <summary><see cref="CurrentSchema"/>.</summary>
    public required string Schema { get; init; }

    /// <summary>Put before a word (<c>&lt;prefix-asset0&gt;</c>) where two folders define the same one. May be edited.</summary>
    public required string Prefix { get; init; }

    public required ImageRecord Image { get; init; }
    public required ModelRecord Model { get; init; }
    public required SettingsRecord Settings { get; init; }

    /// <summary>Whether the masks were given by a person or another program; otherwise they were found in the picture.</summary>
    public required bool GivenMasks { get; init; }

    /// <summary>Whether words were learned; otherwise the concepts were only located.</summary>
    public required bool Learned { get; init; }

    /// <summary>How the previews were drawn; null where there are none.</summary>
    public PreviewSettings? PreviewSettings { get; init; }

    public required IReadOnlyList<ConceptRecord> Concepts { get; init; }

    /// <summary>The preview of all concepts together, relative to the folder.</summary>
    public string? JointPreview { get; init; }

    /// <summary>What the words drew while they were learned, relative to the folder, in order.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];

    /// <summary>How far learning came, where it was stopped before its end; null where it is finished.</summary>
    public UnfinishedRecord? Unfinished { get; init; }

    /// <summary>Mean losses over the last pass, by name; null where nothing was learned.</summary>
    public IReadOnlyDictionary<string, double>? FinalLosses { get; init; }
}

/// <summary>How far a learning came that was stopped.</summary>
/// <param name="Pass">Passes done.</param>
/// <param name="Passes">Passes that were asked for.</param>
public sealed record UnfinishedRecord(int Pass, int Passes);

/// <summary>The picture that concepts came from.</summary>
public sealed record ImageRecord
{
    /// <summary>The file's name, without its folder.</summary>
    public required string Name { get; init; }

    /// <summary>Pixels, upright.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, upright.</summary>
    public required int Height { get; init; }

    /// <summary>Of the file's bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>As read from a file of this name.</summary>
    public static ImageRecord Of(string name, DecodedImage read) => new() { Name = name, Width = read.Image.Width, Height = read.Image.Height, Sha256 = read.Sha256 };
}

/// <summary>The checkpoint that a result was made with.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Path">A <see cref="Models.ModelReference"/>: where it was, or <c>embedded:toybox</c>.</param>
/// <param name="Hash">Its fingerprint, <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Precision">What it computed in: fp32, bf16 or fp16.</param>
public sealed record ModelRecord(string Name, string Path, string Hash, string Precision);

/// <summary>One concept. Paths are relative to the folder, with forward slashes.</summary>
/// <param name="Name">Letters, digits, dot, dash and underscore; files are called by it.</param>
/// <param name="Token">The word for prompts. May be edited.</param>
/// <param name="Mask">A PNG of the picture's size, 255 where the concept is.</param>
/// <param name="Coverage">Share of the picture that it covers, 0 to 1.</param>
/// <param name="Saliency">How much it stands out; comparable within one folder.</param>
/// <param name="Embedding">A safetensors file of its vectors; null where the concept was only located.</param>
/// <param name="Previews">Pictures drawn with the word.</param>
public sealed record ConceptRecord(
    string Name, string Token, string Mask, double Coverage, double Saliency, string? Embedding, IReadOnlyList<string> Previews);

/// <summary>How previews are drawn: the published setting of generation (method 3), with Express at a lower guidance.</summary>
public sealed record PreviewSettings
{
    // Words are learned without guidance, and a strong one overshoots them; docs/deviations.md.
    const double ExpressGuidance = 5;

    /// <summary>As a preset's previews are drawn.</summary>
    public static PreviewSettings For(Preset preset) =>
        preset == Preset.Express ? new PreviewSettings { Sampling = new SamplingSettings { Guidance = ExpressGuidance } } : new PreviewSettings();

    /// <summary>Pictures per concept; 0 for none.</summary>
    /// <value>The default is 1.</value>
    [Range(0, 100)]
    public int Count { get; init; } = 1;

    /// <summary>How noise becomes a preview.</summary>
    public SamplingSettings Sampling { get; init; } = new();
}
