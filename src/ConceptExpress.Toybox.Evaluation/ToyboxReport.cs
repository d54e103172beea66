using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>Shares of toys or captions, 0..1, for which the judge agrees.</summary>
/// <param name="Count">How many were judged.</param>
/// <param name="Category">The category is right.</param>
/// <param name="Color">The colour is right.</param>
/// <param name="Pattern">The pattern is right.</param>
/// <param name="All">All of these are.</param>
/// <param name="Background">The background is right; null where it was not asked.</param>
public sealed record JudgedShares(int Count, double Category, double Color, double Pattern, double All, double? Background)
{
    /// <summary>Of toys and what the judge takes them for; and of the backgrounds that they stand on, if those are asked.</summary>
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
    /// <summary>What the schema of every version begins with.</summary>
    internal const string SchemaName = "conceptexpress/toybox-report@";

    public const string CurrentSchema = $"{SchemaName}1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>SHA-256 of the checkpoint; see <see cref="StableDiffusion.Fingerprint"/>.</summary>
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
    const int MaxCount = 100_000;

    /// <summary>Seed of the first scene of each part; the checkpoint was trained on seeds below a billion.</summary>
    /// <value>The default is 9,000,000,000.</value>
    [Range(typeof(ulong), "0", "9007199254740991")]
    public ulong Seed { get; init; } = 9_000_000_000;

    /// <summary>Captions drawn with one toy, and as many with two.</summary>
    /// <value>The default is 300.</value>
    [Range(0, MaxCount)]
    public int Captions { get; init; } = 300;

    /// <summary>Classifier-free guidance of the drawings.</summary>
    /// <value>The default is 5.</value>
    [Range(0.0, 100)]
    public double Guidance { get; init; } = PreviewSettings.For(Preset.Express).Sampling.Guidance;

    /// <summary>DDIM steps of the drawings; a checkpoint's schedule may allow fewer.</summary>
    /// <value>The default is 50.</value>
    [Range(1, 1000)]
    public int Steps { get; init; } = 50;

    /// <summary>Renderings that judge and autoencoder are asked about.</summary>
    /// <value>The default is 500.</value>
    [Range(0, MaxCount)]
    public int Renderings { get; init; } = 500;

    /// <summary>Scenes of normal difficulty that are localized.</summary>
    /// <value>The default is 100.</value>
    [Range(0, MaxCount)]
    public int Localized { get; init; } = 100;

    /// <summary>Scenes of normal difficulty whose concepts are extracted.</summary>
    /// <value>The default is 10.</value>
    [Range(0, MaxCount)]
    public int Extracted { get; init; } = 10;

    internal SamplingSettings Sampling => new() { Steps = Steps, Guidance = Guidance };

    /// <summary>These settings, if they hold to their ranges.</summary>
    /// <exception cref="SettingsException">They do not; names the setting and what it takes.</exception>
    public ToyboxReportSettings Validated()
    {
        SettingsCheck.Require(this);
        return this;
    }

    /// <summary>These settings, if a checkpoint's schedule has as many steps.</summary>
    /// <exception cref="SettingsException">It has fewer; names the most that works.</exception>
    public ToyboxReportSettings ValidatedFor(StableDiffusion model)
    {
        Validated().Sampling.ValidatedFor(model.Schedule);
        return this;
    }
}
