using ConceptExpress.Extraction;

namespace ConceptExpress.Library.Concepts;

/// <summary><c>concepts.json</c>: what was found in a picture, by which model, with which settings. The same extraction gives the same bytes.</summary>
public sealed record ConceptManifest
{
    public const string CurrentSchema = "conceptexpress/concepts@1";

    /// <summary><see cref="CurrentSchema"/>.</summary>
    public required string Schema { get; init; }

    /// <summary>Told before a word, <c>&lt;prefix-asset0&gt;</c>, where two folders use the same word. May be edited.</summary>
    public required string Prefix { get; init; }

    public required ImageRecord Image { get; init; }
    public required ModelRecord Model { get; init; }
    public required ExtractionSettings Settings { get; init; }

    /// <summary>How the previews were drawn; null where there are none.</summary>
    public PreviewSettings? PreviewSettings { get; init; }

    public required IReadOnlyList<ConceptRecord> Concepts { get; init; }

    /// <summary>The preview of all concepts together, relative to the folder.</summary>
    public string? JointPreview { get; init; }

    /// <summary>Mean losses over the last pass; null where nothing was learned.</summary>
    public LossValues? FinalLosses { get; init; }
}

/// <summary>The picture that concepts came from.</summary>
/// <param name="Name">The file's name, without its folder.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
/// <param name="Sha256">Of the file's bytes, 64 lower-case hexadecimal digits.</param>
public sealed record ImageRecord(string Name, int Width, int Height, string Sha256);

/// <summary>The checkpoint that a result was made with.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Path">Where it was, or <see cref="Models.ModelStore.Embedded"/>.</param>
/// <param name="Hash">Its fingerprint, <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Precision">What it computed in: fp32, bf16 or fp16.</param>
public sealed record ModelRecord(string Name, string Path, string Hash, string Precision);

/// <summary>One concept. Paths are relative to the folder, with forward slashes.</summary>
/// <param name="Name">Letters, digits, dot, dash and underscore; files are called by it.</param>
/// <param name="Token">The word for prompts. May be edited.</param>
/// <param name="Mask">A PNG of the picture's size, 255 where the concept is.</param>
/// <param name="Coverage">Share of the picture that it covers, 0 to 1.</param>
/// <param name="Saliency">How much it stands out; comparable within one folder.</param>
/// <param name="Embedding">A safetensors file of one vector; null where the concept was only located.</param>
/// <param name="Previews">Pictures drawn with the word.</param>
public sealed record ConceptRecord(
    string Name, string Token, string Mask, double Coverage, double Saliency, string? Embedding, IReadOnlyList<string> Previews);

/// <summary>How previews are drawn: the published setting of generation (method 3), with Express at a lower guidance.</summary>
public sealed record PreviewSettings
{
    // Words are learned without guidance, and a strong one overshoots them; docs/deviations.md.
    const double ExpressGuidance = 5;

    /// <summary>As a preset's previews are drawn.</summary>
    public static PreviewSettings For(Preset preset) => preset == Preset.Express ? new PreviewSettings { Guidance = ExpressGuidance } : new PreviewSettings();

    /// <summary>Pictures per concept.</summary>
    public int Count { get; init; } = 1;

    public string Sampler { get; init; } = "ddim";
    public int Steps { get; init; } = 50;
    public double Guidance { get; init; } = 7.5;
}
