using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Evaluation.Toyboxes;

/// <summary>Shares of toys or captions, 0..1, for which the judge agrees.</summary>
/// <param name="Count">How many were judged.</param>
/// <param name="Category">The category is right.</param>
/// <param name="Color">The colour is right.</param>
/// <param name="Pattern">The pattern is right.</param>
/// <param name="All">All of these are.</param>
/// <param name="Background">The background is right; null where it was not asked.</param>
public sealed record JudgedShares(int Count, double Category, double Color, double Pattern, double All, double? Background);

/// <summary>Shares of captions with two toys, 0..1.</summary>
/// <param name="Count">How many were drawn.</param>
/// <param name="CategoryAndColor">Both toys are found, right in category and colour.</param>
/// <param name="All">The patterns, too.</param>
public sealed record TwoToyShares(int Count, double CategoryAndColor, double All);

/// <summary>What the autoencoder loses.</summary>
/// <param name="Count">Pictures.</param>
/// <param name="Psnr">Mean peak signal-to-noise ratio, decibels.</param>
/// <param name="Ssim">Mean structural similarity.</param>
public sealed record AutoencoderQuality(int Count, double Psnr, double Ssim);

/// <summary>How good a checkpoint of the toybox is. A part that was not asked for is null.</summary>
public sealed record ToyboxReport
{
    public const string CurrentSchema = "conceptexpress/toybox-report@1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>SHA-256 of the checkpoint; see <see cref="Diffusion.StableDiffusion.Fingerprint"/>.</summary>
    public required string ModelHash { get; init; }

    /// <summary>What was asked for.</summary>
    public required ToyboxReportSettings Settings { get; init; }

    /// <summary>The judge on renderings that it was not trained on, whole pictures of one toy.</summary>
    public JudgedShares? JudgeOnWholes { get; init; }

    /// <summary>The same on toys cut out of scenes.</summary>
    public JudgedShares? JudgeOnParts { get; init; }

    public AutoencoderQuality? Autoencoder { get; init; }

    /// <summary>Drawings of captions with one toy.</summary>
    public JudgedShares? SingleToy { get; init; }

    /// <summary>Drawings of captions with two toys.</summary>
    public TwoToyShares? TwoToys { get; init; }

    /// <summary>Localization by preset, against true masks.</summary>
    public IReadOnlyDictionary<string, SceneScore>? Localization { get; init; }

    /// <summary>Previews of the words that were learned for the toys of scenes.</summary>
    public JudgedShares? Extraction { get; init; }
}

/// <summary>What a report asks. Every count of 0 leaves its part out.</summary>
public sealed record ToyboxReportSettings
{
    /// <summary>Seed of the first scene of each part; the checkpoint was trained on seeds below a billion.</summary>
    public ulong Seed { get; init; } = 9_000_000_000;

    /// <summary>Captions drawn with one toy, and as many with two.</summary>
    public int Captions { get; init; } = 300;

    /// <summary>Classifier-free guidance of the drawings.</summary>
    public double Guidance { get; init; } = PreviewSettings.For(Preset.Express).Guidance;

    /// <summary>DDIM steps of the drawings.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Renderings that judge and autoencoder are asked about.</summary>
    public int Renderings { get; init; } = 500;

    /// <summary>Scenes of normal difficulty that are localized.</summary>
    public int Localized { get; init; } = 100;

    /// <summary>Scenes of normal difficulty whose concepts are extracted.</summary>
    public int Extracted { get; init; } = 10;
}
