using System.CommandLine;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Schedules;

namespace ConceptExpress.Cli.Options;

/// <summary>What to draw with learned words, and how.</summary>
sealed class DrawingOptions
{
    const int SmallestSide = 32, LargestSide = 2048, MostPictures = 1000, MostSteps = 1000;
    const double StrongestGuidance = 100;

    readonly Option<string[]> concepts = new("--concepts")
    {
        HelpName = "DIR", Required = true, AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore,
        Description = "A folder that extract wrote; give it again for more. Where two use the same word, the later one's is <prefix-word>.",
    };

    readonly Option<string> prompt = OptionKinds.Text("--prompt", "TEXT", "What to draw, such as \"a photo of <asset0>\".", required: true);
    readonly Option<string> negative = OptionKinds.Text("--negative", "TEXT", "What to steer away from.");
    readonly Option<int?> count = OptionKinds.Whole("--count", 1, MostPictures, "Pictures, each with a seed one higher (default 1).");
    readonly Option<int?> steps = OptionKinds.Whole("--steps", 1, MostSteps, "Sampler steps (default 50).");
    readonly Option<double?> guidance = OptionKinds.Real("--guidance", 0, StrongestGuidance, "How closely to follow the prompt (default 7.5).");
    readonly Option<string?> sampler = OptionKinds.Choice("--sampler", [.. Samplers.Names], "Sampler (default ddim).");
    readonly Option<int?> width = OptionKinds.Whole("--width", SmallestSide, LargestSide, "Pixels (default: what the checkpoint was trained at).");
    readonly Option<int?> height = OptionKinds.Whole("--height", SmallestSide, LargestSide, "Pixels, likewise.");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { concepts, prompt, negative, count, steps, guidance, sampler, width, height }) command.Options.Add(option);
    }

    /// <summary>The concept folders, in order.</summary>
    public IReadOnlyList<string> Folders(ParseResult parse) => parse.GetRequiredValue(concepts);

    public int Count(ParseResult parse) => parse.GetValue(count) ?? 1;

    public GenerationSettings Settings(ParseResult parse, long? seed)
    {
        var settings = new GenerationSettings { Prompt = parse.GetRequiredValue(prompt) };
        return settings with
        {
            NegativePrompt = parse.GetValue(negative) ?? settings.NegativePrompt,
            Steps = parse.GetValue(steps) ?? settings.Steps,
            Guidance = parse.GetValue(guidance) ?? settings.Guidance,
            Sampler = parse.GetValue(sampler) ?? settings.Sampler,
            Width = parse.GetValue(width) ?? settings.Width,
            Height = parse.GetValue(height) ?? settings.Height,
            Seed = seed ?? settings.Seed,
        };
    }
}
