using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction;

/// <summary>Which set of defaults.</summary>
public enum Preset
{
    /// <summary>The published method, with its published numbers.</summary>
    Paper,

    /// <summary>The same learning on better localization, scaled to the checkpoint.</summary>
    Express,
}

/// <summary>
/// Everything that decides an extraction's result, but the picture, the masks that are given, the checkpoint and what it computes on. <see cref="Paper"/> is the
/// published run, <see cref="Express"/> is ours.
/// </summary>
public sealed record ExtractionSettings
{
    /// <summary>Where the other settings began; decides nothing by itself.</summary>
    public Preset Preset { get; init; }

    /// <summary>Side of the square that the picture is resized to, in pixels; null for the side that the checkpoint was trained at.</summary>
    [Range(SettingsCheck.MinSide, SettingsCheck.MaxSide)]
    public int? Resolution { get; init; }

    /// <summary>Seed of every random stream.</summary>
    /// <value>The default is 20.</value>
    [Range(typeof(long), "0", "9007199254740991")]
    public long Seed { get; init; } = 20;

    /// <summary>How concepts are found.</summary>
    public LocatingSettings Locating { get; init; } = new PublishedLocating();

    /// <summary>How words are learned.</summary>
    public LearningSettings Learning { get; init; } = new();

    /// <summary>What is minimised.</summary>
    public LossSettings Losses { get; init; } = new();

    /// <summary>The published run (method 1 and 2).</summary>
    public static ExtractionSettings Paper { get; } = new() { Preset = Preset.Paper };

    /// <summary>Ours; what differs from <see cref="Paper"/> stands in <c>docs/deviations.md</c> with its measurement.</summary>
    public static ExtractionSettings Express { get; } = new()
    {
        Preset = Preset.Express,
        Locating = new BorderLocating(),
        Learning = new LearningSettings
        {
            Passes = 30, MergePass = 6, SplitTokens = 1, BatchSize = 4, Start = new BestWords(), CloseUps = new CloseUpSettings(),
            Optimizer = new OptimizerSettings { LearningRate = 0.01, RateUnit = RateUnit.RowLength, FinalShare = 0.1 },
        },
        Losses = new LossSettings { Denoising = new DenoisingSettings { PerMaskedElement = true, MaskMargin = 0.04 } },
    };

    /// <summary>The defaults of a preset.</summary>
    public static ExtractionSettings For(Preset preset) => preset == Preset.Paper ? Paper : Express;

    /// <summary>These settings, if they hold to their ranges and to each other.</summary>
    /// <exception cref="SettingsException">They do not; names the setting and what it takes.</exception>
    public ExtractionSettings Validated()
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Learning.MergePass <= Learning.Passes,
            $"learning.mergePass {Learning.MergePass} comes after the last of {Learning.Passes} passes; it takes at most learning.passes.");
        if (Locating is BorderLocating border)
        {
            SettingsCheck.Rule(border.Timesteps.Count > 0, "locating.timesteps is empty; it takes at least one timestep.");
            SettingsCheck.Rule(!(border.MinConcepts > border.MaxConcepts), $"locating.minConcepts {border.MinConcepts} is more than locating.maxConcepts {border.MaxConcepts}.");
        }
        if (Learning.Start is BestWords { Search: var search })
            SettingsCheck.Rule(search.FirstTime < search.LastTime, $"learning.start.search.firstTime {search.FirstTime} is not below lastTime {search.LastTime}.");
        return this;
    }
}
