using ConceptExpress.Diffusion;

namespace ConceptExpress.Jobs;

/// <summary>What of a recorded drawing is to be changed. Null, the default of each, changes nothing.</summary>
public sealed record DrawingChanges
{
    /// <summary>The prompt: <see cref="GenerationSettings.Prompt"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>The negative prompt: <see cref="GenerationSettings.NegativePrompt"/>.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>How both prompts are read: <see cref="GenerationSettings.Syntax"/>.</summary>
    public PromptSyntax? Syntax { get; init; }

    /// <summary>The name of the sampler: <see cref="SamplingSettings.Sampler"/>.</summary>
    public string? Sampler { get; init; }

    /// <summary>The number of sampler steps: <see cref="SamplingSettings.Steps"/>.</summary>
    public int? Steps { get; init; }

    /// <summary>The guidance scale: <see cref="SamplingSettings.Guidance"/>.</summary>
    public double? Guidance { get; init; }

    /// <summary>The width in pixels: <see cref="GenerationSettings.Width"/>.</summary>
    public int? Width { get; init; }

    /// <summary>The height in pixels: <see cref="GenerationSettings.Height"/>.</summary>
    public int? Height { get; init; }

    /// <summary>The seed of the first picture: <see cref="GenerationSettings.Seed"/>.</summary>
    public long? Seed { get; init; }

    /// <summary>Returns recorded settings with these changes.</summary>
    internal GenerationSettings Applied(GenerationSettings recorded) => recorded with
    {
        Prompt = Prompt ?? recorded.Prompt,
        NegativePrompt = NegativePrompt ?? recorded.NegativePrompt,
        Syntax = Syntax ?? recorded.Syntax,
        Sampling = recorded.Sampling with
        {
            Sampler = Sampler ?? recorded.Sampling.Sampler,
            Steps = Steps ?? recorded.Sampling.Steps,
            Guidance = Guidance ?? recorded.Sampling.Guidance,
        },
        Width = Width ?? recorded.Width,
        Height = Height ?? recorded.Height,
        Seed = Seed ?? recorded.Seed,
    };
}
