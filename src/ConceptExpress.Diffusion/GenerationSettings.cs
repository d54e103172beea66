using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion.Schedules;

namespace ConceptExpress.Diffusion;

/// <summary>How noise becomes a picture: the published setting of generation (method 3) by default.</summary>
public sealed record SamplingSettings
{
    /// <summary>One of <see cref="Samplers.Names"/>.</summary>
    /// <value>The default is ddim.</value>
    public string Sampler { get; init; } = "ddim";

    /// <summary>Sampler steps; a checkpoint's schedule may allow fewer.</summary>
    /// <value>The default is 50.</value>
    [Range(1, 1000)]
    public int Steps { get; init; } = 50;

    /// <summary>Classifier-free guidance scale; 1 and below switch it off.</summary>
    /// <value>The default is 7.5.</value>
    [Range(0.0, 100)]
    public double Guidance { get; init; } = 7.5;

    /// <summary>These settings, if they hold to their ranges.</summary>
    /// <exception cref="SettingsException">They do not; names the setting.</exception>
    public SamplingSettings Validated()
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Samplers.Names.Contains(Sampler), $"sampler is '{Sampler}'; it takes one of {string.Join(", ", Samplers.Names)}.");
        return this;
    }

    /// <summary>These settings, if a checkpoint's schedule has as many steps.</summary>
    /// <exception cref="SettingsException">It has fewer; names the most that works.</exception>
    public SamplingSettings ValidatedFor(NoiseSchedule schedule)
    {
        var most = Samplers.ByName(Validated().Sampler, schedule).MaxSteps;
        SettingsCheck.Rule(Steps <= most, $"steps is {Steps}; the sampler {Sampler} takes at most {most} on this checkpoint's schedule of {schedule.TrainTimesteps}.");
        return this;
    }
}

/// <summary>What to draw, and how.</summary>
public sealed record GenerationSettings
{
    public required string Prompt { get; init; }

    /// <summary>What to steer away from; empty for the unconditional picture.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>How noise becomes the picture.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>Pixels, a multiple of the autoencoder's downscale; null for the resolution that the checkpoint was trained at.</summary>
    [Range(SettingsCheck.MinSide, SettingsCheck.MaxSide)]
    public int? Width { get; init; }

    /// <summary>Pixels; see <see cref="Width"/>.</summary>
    [Range(SettingsCheck.MinSide, SettingsCheck.MaxSide)]
    public int? Height { get; init; }

    /// <summary>Seed of the noise.</summary>
    /// <value>The default is 0.</value>
    [Range(typeof(long), "0", "9007199254740991")]
    public long Seed { get; init; }

    /// <summary>These settings with the size filled in, if a checkpoint can draw them.</summary>
    /// <exception cref="SettingsException">It cannot; names the setting and what would do.</exception>
    public GenerationSettings ValidatedFor(StableDiffusion model)
    {
        SettingsCheck.Require(this);
        Sampling.ValidatedFor(model.Schedule);
        return this with { Width = model.SideFor("width", Width), Height = model.SideFor("height", Height) };
    }
}
