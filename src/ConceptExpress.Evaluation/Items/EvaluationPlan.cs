using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Items;

/// <summary>A method of an evaluation.</summary>
/// <param name="Name">As tables call it.</param>
/// <param name="Settings">With everything but the seed.</param>
/// <param name="GivenMasks">Whether it is given the true masks; otherwise it looks for concepts.</param>
public sealed record PlannedMethod(string Name, ExtractionSettings Settings, bool GivenMasks = false);

/// <summary>What an evaluation does with every picture.</summary>
public sealed record EvaluationPlan
{
    /// <summary>At least one, with different names; the first is what the others are compared with.</summary>
    public required IReadOnlyList<PlannedMethod> Methods { get; init; }

    /// <summary>Every method works on every picture with every seed. At least one, all different.</summary>
    [Range(typeof(long), "0", "9007199254740991")]
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Concepts are only located: no words, no generated pictures.</summary>
    public bool LocalizationOnly { get; init; }

    /// <summary>How words are drawn to be judged.</summary>
    public SamplePlan Samples { get; init; } = new();

    /// <summary>This plan, if it holds to its ranges.</summary>
    /// <exception cref="SettingsException">It does not; names the setting and what it takes.</exception>
    public EvaluationPlan Validated()
    {
        SettingsCheck.Require(this);
        RequireDifferent("methods", Methods.Select(method => method.Name));
        RequireDifferent("seeds", Seeds);
        foreach (var method in Methods) method.Settings.Validated();
        Samples.Sampling.Validated();
        return this;
    }

    /// <summary>This plan with every resolution filled in, if a checkpoint can do it.</summary>
    /// <exception cref="SettingsException">It cannot; names the setting and what would do.</exception>
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
        SettingsCheck.Rule(all.Distinct().Count() == all.Count, $"{setting} is {string.Join(", ", all)}; it takes different ones.");
    }
}

/// <summary>How pictures are generated from learned words (method 3 and 4).</summary>
public sealed record SamplePlan
{
    /// <summary>Pictures of each concept, and as many of all concepts together.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 1000)]
    public int Count { get; init; } = 8;

    /// <summary>How noise becomes a picture: as published.</summary>
    public SamplingSettings Sampling { get; init; } = new();
}

/// <summary><see cref="SamplePlan"/> in files and hashes.</summary>
sealed record SamplesRecord(int Count, string Sampler, int Steps, double Guidance)
{
    /// <summary>Null where nothing is drawn.</summary>
    public static SamplesRecord? Of(EvaluationPlan plan) => plan.LocalizationOnly
        ? null
        : new(plan.Samples.Count, plan.Samples.Sampling.Sampler, plan.Samples.Sampling.Steps, plan.Samples.Sampling.Guidance);
}
