using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Items;

/// <summary>A method of an evaluation.</summary>
/// <param name="Name">Its name in tables and files. Unique in its plan.</param>
/// <param name="Settings">Its settings. The seed is ignored: the plan has the seeds.</param>
/// <param name="GivenMasks">
/// Whether it learns on the true masks, and skips pictures without masks; otherwise it locates concepts itself. The default is false.
/// </param>
public sealed record PlannedMethod(string Name, ExtractionSettings Settings, bool GivenMasks = false);

/// <summary>What an evaluation does with every picture.</summary>
public sealed record EvaluationPlan
{
    /// <summary>The methods, at least one, with different names. The others are compared with the first.</summary>
    public required IReadOnlyList<PlannedMethod> Methods { get; init; }

    /// <summary>
    /// The seeds, at least one, all different, each 0 to 2^53 - 1. Every method runs on every picture with every seed. Sample i is drawn
    /// with seed + i, which must be at most 2^53 - 1, too.
    /// </summary>
    [Range(typeof(long), "0", "9007199254740991")]
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Whether concepts are only located: no words are learned and no pictures are generated.</summary>
    /// <value>The default is false.</value>
    public bool LocalizationOnly { get; init; }

    /// <summary>How samples are drawn from learned words. Without effect if concepts are only located.</summary>
    /// <value>The default is 8 samples with the published sampler.</value>
    public SamplePlan Samples { get; init; } = new();

    /// <summary>Checks all ranges, also those of the methods' settings, and returns this plan.</summary>
    /// <exception cref="SettingsException">
    /// A setting is out of range, there are no methods or seeds, or two are the same. The message names the setting and what it takes.
    /// </exception>
    public EvaluationPlan Validated()
    {
        SettingsCheck.Require(this);
        RequireDifferent("methods", Methods.Select(method => method.Name));
        RequireDifferent("seeds", Seeds);
        foreach (var method in Methods) method.Settings.Validated();
        Samples.Sampling.Validated();
        return this;
    }

    /// <summary>
    /// Like <see cref="Validated"/>; also checks that a checkpoint supports the plan. Returns the plan with every resolution filled in.
    /// </summary>
    /// <param name="model">The checkpoint.</param>
    /// <exception cref="SettingsException">
    /// For the reasons of <see cref="Validated"/>, or because the checkpoint does not support a setting. The message names the setting and
    /// a value that works.
    /// </exception>
    public EvaluationPlan ValidatedFor(StableDiffusion model)
    {
        if (!Validated().LocalizationOnly) Samples.Sampling.ValidatedFor(model.Schedule);
        return this with { Methods = [.. Methods.Select(method => method with { Settings = AtSide(method.Settings, model) })] };
    }

    static ExtractionSettings AtSide(ExtractionSettings settings, StableDiffusion model) =>
        settings with { Resolution = model.SideFor("resolution", settings.Resolution) };

    static void RequireDifferent<T>(string setting, IEnumerable<T> values)
    {
        var all = values.ToList();
        SettingsCheck.Rule(all.Count > 0, $"{setting} is empty; it takes at least one.");
        SettingsCheck.Rule(all.Distinct().Count() == all.Count, $"{setting} is {string.Join(", ", all)}; its values must all differ.");
    }
}

/// <summary>How samples are drawn from learned words (method 3 and 4).</summary>
public sealed record SamplePlan
{
    /// <summary>Number of samples of each concept, and of all concepts together, 1 to 1000.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 1000)]
    public int Count { get; init; } = 8;

    /// <summary>
    /// Number of drawings of every pair of a picture's words together, 0 to 1000. Only concepts that were matched with things are drawn.
    /// The things' phrases are drawn with the same noise, where the data set has them.
    /// </summary>
    /// <value>The default is 0: no pairs are drawn.</value>
    [Range(0, 1000)]
    public int Pairs { get; init; }

    /// <summary>The sampler, its steps and the guidance.</summary>
    /// <value>The default is the published setting (method 3): DDIM, 50 sampler steps, guidance 7.5.</value>
    public SamplingSettings Sampling { get; init; } = new();
}

/// <summary>The form in which <see cref="SamplePlan"/> is written to files and hashed.</summary>
/// <param name="Count">Number of samples of each concept, and of all together.</param>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Steps">Number of its steps.</param>
/// <param name="Guidance">The guidance.</param>
/// <param name="Pairs">Number of drawings of each pair; null for none, which is not written.</param>
sealed record SamplesRecord(int Count, string Sampler, int Steps, double Guidance,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Pairs)
{
    /// <summary>The record of a plan; null if the plan draws no samples.</summary>
    public static SamplesRecord? Of(EvaluationPlan plan) => plan.LocalizationOnly
        ? null
        : new(plan.Samples.Count, plan.Samples.Sampling.Sampler, plan.Samples.Sampling.Steps, plan.Samples.Sampling.Guidance,
            plan.Samples.Pairs > 0 ? plan.Samples.Pairs : null);
}
