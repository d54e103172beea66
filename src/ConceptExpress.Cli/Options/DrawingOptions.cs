using System.CommandLine;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Options;

/// <summary>What to draw with learned words, and how.</summary>
sealed class DrawingOptions
{
    readonly Option<string[]> concepts = new("--concepts")
    {
        HelpName = "DIR", Required = true, AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore,
        Description = "A folder that extract wrote; give it again for more. Where two use the same word, the later one's is <prefix-word>.",
    };

    readonly Option<string> prompt = OptionKinds.Text("--prompt", "TEXT", "What to draw, such as \"a photo of <asset0>\".", required: true);
    readonly Option<string?> negative = new("--negative") { HelpName = "TEXT", Description = "What to steer away from." };
    readonly Option<int?> count = OptionKinds.Whole("--count", (GenerationRequest request) => request.Count, "Pictures, each with a seed one higher (default 1).");
    readonly SamplingOptions sampling = new("--steps");
    readonly Option<int?> width = OptionKinds.Whole("--width", (GenerationSettings settings) => settings.Width, "Pixels (default: what the checkpoint was trained at).");
    readonly Option<int?> height = OptionKinds.Whole("--height", (GenerationSettings settings) => settings.Height, "Pixels, likewise.");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { concepts, prompt, negative, count }) command.Options.Add(option);
        sampling.AddTo(command);
        command.Options.Add(width);
        command.Options.Add(height);
    }

    /// <summary>The concept folders, in order.</summary>
    public IReadOnlyList<string> Folders(ParseResult parse) => parse.GetRequiredValue(concepts);

    public int Count(ParseResult parse) => parse.GetValue(count) ?? 1;

    public GenerationSettings Settings(ParseResult parse, long? seed)
    {
        var settings = new GenerationSettings { Prompt = parse.GetRequiredValue(prompt) };
        return settings with
        {
            NegativePrompt = parse.GetValue(negative) ?? settings.NegativePrompt, Sampling = sampling.Settings(parse, settings.Sampling),
            Width = parse.GetValue(width), Height = parse.GetValue(height), Seed = seed ?? settings.Seed,
        };
    }
}

/// <summary>How noise becomes a picture.</summary>
/// <param name="stepsName">What the number of steps is called beside a command's other options.</param>
sealed class SamplingOptions(string stepsName)
{
    static readonly SamplingSettings Defaults = new();

    readonly Option<int?> steps = OptionKinds.Whole(stepsName, (SamplingSettings settings) => settings.Steps, $"Sampler steps (default {Defaults.Steps}).");
    readonly Option<double?> guidance = OptionKinds.Real("--guidance", (SamplingSettings settings) => settings.Guidance,
        FormattableString.Invariant($"How closely to follow the prompt (default {Defaults.Guidance})."));
    readonly Option<string?> sampler = OptionKinds.Choice("--sampler", [.. Samplers.Names], $"Sampler (default {Defaults.Sampler}).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { steps, guidance, sampler }) command.Options.Add(option);
    }

    public SamplingSettings Settings(ParseResult parse, SamplingSettings settings) => settings with
    {
        Steps = parse.GetValue(steps) ?? settings.Steps, Guidance = parse.GetValue(guidance) ?? settings.Guidance, Sampler = parse.GetValue(sampler) ?? settings.Sampler,
    };
}
