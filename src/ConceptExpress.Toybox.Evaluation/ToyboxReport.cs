using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>Shares of toys or captions, 0 to 1, on which the judge agrees with the truth.</summary>
/// <param name="Count">Number of toys or captions that were judged.</param>
/// <param name="Category">Share with the right category.</param>
/// <param name="Color">Share with the right colour.</param>
/// <param name="Pattern">Share with the right pattern.</param>
/// <param name="All">Share with all three right.</param>
/// <param name="Background">Share with the right background; null if backgrounds were not judged.</param>
sealed record JudgedShares(int Count, double Category, double Color, double Pattern, double All, double? Background)
{
    /// <summary>Computes the shares.</summary>
    /// <param name="judged">The true toys, each with the judge's verdict.</param>
    /// <param name="backgrounds">The true backgrounds, in the same order; null to leave backgrounds out.</param>
    internal static JudgedShares Of(IEnumerable<(Toy Toy, Verdict Verdict)> judged, IEnumerable<string>? backgrounds = null)
    {
        var all = judged.ToList();
        var agreements = all.ConvertAll(one => Agreement.Of(one.Toy, one.Verdict));
        double Share(Func<Agreement, bool> right) => agreements.Count == 0 ? 0 : agreements.Average(one => right(one) ? 1.0 : 0);
        return new JudgedShares(
            all.Count, Share(one => one.Category), Share(one => one.Color), Share(one => one.Pattern), Share(one => one.All()),
            backgrounds?.Zip(all).Average(pair => pair.First == pair.Second.Verdict.Background ? 1.0 : 0));
    }
}

/// <summary>Shares of captions with two toys, 0 to 1, whose drawings follow the caption.</summary>
/// <param name="Count">Number of captions that were drawn.</param>
/// <param name="CategoryAndColor">Share in which both toys are found with the right category and colour.</param>
/// <param name="All">Share in which both toys are found with the right category, colour and pattern.</param>
sealed record TwoToyShares(int Count, double CategoryAndColor, double All);

/// <summary>How well the autoencoder reconstructs pictures.</summary>
/// <param name="Count">Number of pictures.</param>
/// <param name="Psnr">Mean peak signal-to-noise ratio, in decibels.</param>
/// <param name="Ssim">Mean structural similarity, -1 to 1.</param>
sealed record AutoencoderQuality(int Count, double Psnr, double Ssim);

/// <summary>The quality of a toybox checkpoint. Parts that were not asked for are null.</summary>
sealed record ToyboxReport
{
    /// <summary>The start of the schema in every version.</summary>
    internal const string SchemaName = "conceptexpress/toybox-report@";

    /// <summary>The schema of reports that this version writes.</summary>
    public const string CurrentSchema = $"{SchemaName}1";

    /// <summary>Format and version of the report.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>SHA-256 of the checkpoint; see <see cref="StableDiffusion.Fingerprint"/>.</summary>
    public required string ModelHash { get; init; }

    /// <summary>The settings that the report was made with.</summary>
    public required ToyboxReportSettings Settings { get; init; }

    /// <summary>The judge on renderings that it was not trained on: whole pictures of one toy.</summary>
    public JudgedShares? JudgeOnWholes { get; init; }

    /// <summary>The judge on toys cut out of scenes that it was not trained on.</summary>
    public JudgedShares? JudgeOnParts { get; init; }

    /// <summary>The autoencoder on the pictures of <see cref="JudgeOnWholes"/>.</summary>
    public AutoencoderQuality? Autoencoder { get; init; }

    /// <summary>The judge on drawings of captions with one toy.</summary>
    public JudgedShares? SingleToy { get; init; }

    /// <summary>The judge on drawings of captions with two toys.</summary>
    public TwoToyShares? TwoToys { get; init; }

    /// <summary>Mask metrics of localization, by preset name in lower case; means over scenes.</summary>
    public IReadOnlyDictionary<string, SceneScore>? Localization { get; init; }

    /// <summary>The judge on drawings of the words that were learned from scenes.</summary>
    public JudgedShares? Extraction { get; init; }
}

/// <summary>What a report measures. If a count is 0, its part is left out.</summary>
sealed record ToyboxReportSettings
{
    const int MaxCount = 100_000;

    /// <summary>
    /// Seed of the first scene; each further part of the report starts one million seeds higher. The checkpoint was trained on seeds below
    /// one billion.
    /// </summary>
    /// <value>The default is 9,000,000,000.</value>
    [Range(typeof(ulong), "0", "9007199254740991")]
    public ulong Seed { get; init; } = 9_000_000_000;

    /// <summary>Number of captions with one toy to draw, and of captions with two toys.</summary>
    /// <value>The default is 300.</value>
    [Range(0, MaxCount)]
    public int Captions { get; init; } = 300;

    /// <summary>Classifier-free guidance scale of the drawings.</summary>
    /// <value>The default is 5.</value>
    [Range(0.0, 100)]
    public double Guidance { get; init; } = PreviewSettings.For(Preset.Express).Sampling.Guidance;

    /// <summary>DDIM steps of the drawings; the checkpoint's schedule may allow fewer.</summary>
    /// <value>The default is 50.</value>
    [Range(1, 1000)]
    public int Steps { get; init; } = 50;

    /// <summary>Number of renderings that judge and autoencoder are measured on.</summary>
    /// <value>The default is 500.</value>
    [Range(0, MaxCount)]
    public int Renderings { get; init; } = 500;

    /// <summary>Number of scenes, of normal difficulty, in which concepts are located.</summary>
    /// <value>The default is 100.</value>
    [Range(0, MaxCount)]
    public int Localized { get; init; } = 100;

    /// <summary>Number of scenes, of normal difficulty, whose concepts are extracted.</summary>
    /// <value>The default is 10.</value>
    [Range(0, MaxCount)]
    public int Extracted { get; init; } = 10;

    internal SamplingSettings Sampling => new() { Steps = Steps, Guidance = Guidance };

    /// <summary>Checks all ranges and returns these settings.</summary>
    /// <exception cref="SettingsException">A setting is out of range; the message names it and what it takes.</exception>
    public ToyboxReportSettings Validated()
    {
        SettingsCheck.Require(this);
        return this;
    }

    /// <summary>Checks that a checkpoint's schedule has enough steps, and returns these settings.</summary>
    /// <exception cref="SettingsException">A setting is out of range, or <see cref="Steps"/> is more than the schedule allows; the message
    /// names the maximum.</exception>
    public ToyboxReportSettings ValidatedFor(StableDiffusion model)
    {
        Validated().Sampling.ValidatedFor(model.Schedule);
        return this;
    }
}
