using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction;

/// <summary>A set of default settings.</summary>
public enum Preset
{
    /// <summary>The published method, with its published numbers.</summary>
    Paper,

    /// <summary>Our defaults: the same kind of learning with a better localization, scaled to the checkpoint.</summary>
    Express,
}

/// <summary>
/// Everything that decides the result of an extraction, except the picture, given masks, the checkpoint, and the device and precision it
/// runs on. <see cref="Paper"/> has the settings of the published run, <see cref="Express"/> has ours.
/// </summary>
public sealed record ExtractionSettings
{
    /// <summary>The preset from which the other settings were taken. It has no effect of its own.</summary>
    /// <value>The default is <see cref="Preset.Paper"/>.</value>
    public Preset Preset { get; init; }

    /// <summary>
    /// Side of the square to which the picture is resized, in pixels, 32 to 2048: a multiple of <see cref="StableDiffusion.Downscale"/>.
    /// Null: <see cref="StableDiffusion.TrainedResolution"/>, the side the checkpoint was trained at.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(SettingsCheck.MinSide, SettingsCheck.MaxSide)]
    public int? Resolution { get; init; }

    /// <summary>Seed of all random streams, 0 to 2^53 - 1. With the same number of threads, the same seed gives the same result.</summary>
    /// <value>The default is 20, as published.</value>
    [Range(typeof(long), "0", "9007199254740991")]
    public long Seed { get; init; } = 20;

    /// <summary>How concepts are located (method 1).</summary>
    /// <value>The default is <see cref="PublishedLocating"/> with its defaults.</value>
    public LocatingSettings Locating { get; init; } = new PublishedLocating();

    /// <summary>How words are learned (method 2).</summary>
    /// <value>The default has the published values.</value>
    public LearningSettings Learning { get; init; } = new();

    /// <summary>The losses that learning minimises, and their weights (method 2).</summary>
    /// <value>The default has the published values.</value>
    public LossSettings Losses { get; init; } = new();

    /// <summary>The settings of the published run (method 1 and 2): the defaults of all settings.</summary>
    public static ExtractionSettings Paper { get; } = new() { Preset = Preset.Paper };

    /// <summary>Our settings. <c>docs/deviations.md</c> lists each difference from <see cref="Paper"/> with its measurement.</summary>
    public static ExtractionSettings Express { get; } = new()
    {
        Preset = Preset.Express,
        Locating = new BorderLocating(),
        Learning = new LearningSettings
        {
            Passes = 30,
            MergePass = 6,
            SplitTokens = 1,
            BatchSize = 4,
            Start = new BestWords(),
            CloseUps = new CloseUpSettings(),
            Optimizer = new OptimizerSettings { LearningRate = 0.01, RateUnit = RateUnit.RowLength, FinalShare = 0.1 },
        },
        Losses = new LossSettings { Denoising = new DenoisingSettings { PerMaskedElement = true, MaskMargin = 0.04 } },
    };

    /// <summary>Returns the settings of a preset: <see cref="Paper"/> or <see cref="Express"/>.</summary>
    /// <param name="preset">The preset.</param>
    public static ExtractionSettings For(Preset preset) => preset == Preset.Paper ? Paper : Express;

    /// <summary>
    /// Checks the ranges of all settings and the rules between them. What depends on the checkpoint, <see cref="ConceptExtractor"/> checks.
    /// </summary>
    /// <returns>These settings.</returns>
    /// <exception cref="SettingsException">
    /// A setting is out of its range or contradicts another. The message names the setting and what it accepts.
    /// </exception>
    public ExtractionSettings Validated()
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Learning.MergePass <= Learning.Passes,
            $"learning.mergePass {Learning.MergePass} comes after the last of {Learning.Passes} passes; use at most learning.passes.");
        if (Locating is BorderLocating border)
        {
            SettingsCheck.Rule(border.Timesteps.Count > 0, "locating.timesteps is empty; give at least one timestep.");
            SettingsCheck.Rule(!(border.MinConcepts > border.MaxConcepts),
                $"locating.minConcepts {border.MinConcepts} is more than locating.maxConcepts {border.MaxConcepts}; lower one or raise the "
                + "other.");
        }
        if (Learning.Start is BestWords { Search: var search })
        {
            foreach (var (name, budget) in new[] { ("small", search.Small), ("large", search.Large) })
            {
                SettingsCheck.Rule(budget.Sums.Any(sums => sums > 0),
                    $"learning.start.search.{name}.sums allows no sum of words; give at least one number above 0.");
                SettingsCheck.Rule(budget.Rounds.Count > 0,
                    $"learning.start.search.{name}.rounds is empty; give at least one round.");
            }
            SettingsCheck.Rule(search.FirstTime < search.LastTime,
                $"learning.start.search.firstTime {search.FirstTime} is not below learning.start.search.lastTime {search.LastTime}; lower "
                + "one or raise the other.");
        }
        return this;
    }
}
