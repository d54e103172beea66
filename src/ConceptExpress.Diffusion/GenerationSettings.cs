using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion.Schedules;

namespace ConceptExpress.Diffusion;

/// <summary>Settings of the sampler. The defaults are the published ones (method 3).</summary>
public sealed record SamplingSettings
{
    /// <summary>Name of the sampler: <c>ddim</c>, <c>pndm</c> or <c>dpm++</c>.</summary>
    /// <value>The default is ddim.</value>
    public string Sampler { get; init; } = "ddim";

    /// <summary>
    /// Number of sampler steps, 1 to 1000. At most the number of timesteps that the checkpoint was trained with; with dpm++, one less.
    /// </summary>
    /// <value>The default is 50.</value>
    [Range(1, 1000)]
    public int Steps { get; init; } = 50;

    /// <summary>
    /// Classifier-free guidance scale, 0 to 100. At 1 and below, guidance is off, and <see cref="GenerationSettings.NegativePrompt"/> has
    /// no effect.
    /// </summary>
    /// <value>The default is 7.5.</value>
    [Range(0.0, 100)]
    public double Guidance { get; init; } = 7.5;

    /// <summary>Checks all ranges and the sampler's name, but not what a checkpoint allows, and returns these settings.</summary>
    /// <exception cref="SettingsException">A value is invalid; the message names the setting.</exception>
    public SamplingSettings Validated()
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Samplers.Names.Contains(Sampler), $"sampler is '{Sampler}'; use one of {string.Join(", ", Samplers.Names)}.");
        return this;
    }

    /// <summary>Like <see cref="Validated"/>; also checks that the schedule of a checkpoint allows this many steps.</summary>
    /// <exception cref="SettingsException">A value is invalid, or there are too many steps; the message names the maximum.</exception>
    internal SamplingSettings ValidatedFor(NoiseSchedule schedule)
    {
        var most = Samplers.ByName(Validated().Sampler, schedule).MaxSteps;
        SettingsCheck.Rule(Steps <= most,
            $"steps is {Steps}; use at most {most} with the sampler {Sampler} on this checkpoint's schedule of {schedule.TrainTimesteps} "
            + "timesteps.");
        return this;
    }
}

/// <summary>Settings of one picture: prompts, sampler, size and seed.</summary>
public sealed record GenerationSettings
{
    /// <summary>
    /// What to draw, in the syntax that <see cref="Syntax"/> names. May contain concept words. May be empty.
    /// </summary>
    public required string Prompt { get; init; }

    /// <summary>
    /// What guidance steers away from, in the same syntax. May contain concept words. Empty: the unconditional prediction.
    /// </summary>
    /// <value>The default is empty.</value>
    public string NegativePrompt { get; init; } = "";

    /// <summary>How both prompts are read: which weights and other syntax they may have, and what happens if they are long.</summary>
    /// <value>The default is <see cref="PromptSyntax.A1111"/>.</value>
    public PromptSyntax Syntax { get; init; } = PromptSyntax.A1111;

    /// <summary>Settings of the sampler.</summary>
    /// <value>The default is the published setting: ddim, 50 steps, guidance 7.5.</value>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>
    /// Width in pixels, 32 to 2048, a multiple of <see cref="StableDiffusion.Downscale"/>; null for the resolution that the checkpoint was
    /// trained at.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(SettingsCheck.MinSide, SettingsCheck.MaxSide)]
    public int? Width { get; init; }

    /// <summary>Height in pixels, with the same range, multiple and meaning of null as <see cref="Width"/>.</summary>
    /// <value>The default is null.</value>
    [Range(SettingsCheck.MinSide, SettingsCheck.MaxSide)]
    public int? Height { get; init; }

    /// <summary>Seed of the initial noise, 0 to 2^53 - 1.</summary>
    /// <value>The default is 0.</value>
    [Range(typeof(long), "0", "9007199254740991")]
    public long Seed { get; init; }

    /// <summary>Checks that a checkpoint can draw with these settings, and returns them with width and height filled in.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <exception cref="SettingsException">A value is invalid; the message names the setting and the values that work.</exception>
    public GenerationSettings ValidatedFor(StableDiffusion model)
    {
        SettingsCheck.Require(this);
        Sampling.ValidatedFor(model.Schedule);
        return this with { Width = model.SideFor("width", Width), Height = model.SideFor("height", Height) };
    }
}
