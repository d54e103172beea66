using System.CommandLine;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>generate</c>: what to draw, with which words, and how.</summary>
sealed class DrawingOptions
{
    readonly Option<string[]> concepts = new("--concepts")
    {
        HelpName = "DIR",
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.OneOrMore,
        Description =
            "An output folder of extract or concepts import; repeat the option for more. If two use the same word, a number tells them "
            + "apart.",
    };
    readonly Option<EmbeddingReference[]> embeddings = ImportOptions.NewEmbedding();

    readonly Option<string> prompt = OptionKinds.Text("--prompt", "TEXT",
        "What to draw, such as \"a photo of <asset0>\"; (cat:1.3), [cat] and BREAK work as in --syntax.");
    readonly Option<string> like = OptionKinds.Text("--like", "PICTURE",
        "Draw a generated PNG again from its record; other options change only what they name.");
    readonly Option<string?> negative = new("--negative")
    {
        HelpName = "TEXT",
        Description = "Negative prompt: what the pictures should not show."
    };
    readonly Option<PromptSyntax?> syntax = OptionKinds.Choice<PromptSyntax>("--syntax",
        "How prompts are read: as A1111 or ComfyUI do, or as plain text (default a1111; docs/prompts.md).");
    readonly Option<int?> count = OptionKinds.Whole("--count", (GenerationRequest request) => request.Count,
        "Number of pictures; the seed rises by one for each (default 1).");
    readonly SamplingOptions sampling = new("--steps");
    readonly Option<int?> width = OptionKinds.Whole("--width", (GenerationSettings settings) => settings.Width,
        "Width in pixels (default: what the checkpoint was trained at).");
    readonly Option<int?> height = OptionKinds.Whole("--height", (GenerationSettings settings) => settings.Height,
        "Height in pixels (default: what the checkpoint was trained at).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { concepts, embeddings, prompt, negative, syntax, like, count }) command.Options.Add(option);
        sampling.AddTo(command);
        command.Options.Add(width);
        command.Options.Add(height);
        command.Validators.Add(result =>
        {
            if (result.GetResult(prompt) is null && result.GetResult(like) is null)
                result.AddError("generate needs a prompt: give --prompt TEXT, or --like PICTURE");
        });
    }

    /// <summary>The concept folders, in the order of the command line.</summary>
    public IReadOnlyList<string> Folders(ParseResult parse) => parse.GetValue(concepts) ?? [];

    /// <summary>The embedding files, in the order of the command line.</summary>
    public IReadOnlyList<EmbeddingReference> Embeddings(ParseResult parse) => parse.GetValue(embeddings) ?? [];

    /// <summary>Number of pictures to draw.</summary>
    public int Count(ParseResult parse) => parse.GetValue(count) ?? 1;

    /// <summary>The picture to draw again; null if the option is not given.</summary>
    public string? Like(ParseResult parse) => parse.GetValue(like);

    /// <summary>What to change of a recorded drawing: the options that are given.</summary>
    public DrawingChanges Changes(ParseResult parse, long? seed) => new()
    {
        Prompt = parse.GetValue(prompt),
        NegativePrompt = parse.GetValue(negative),
        Syntax = parse.GetValue(syntax),
        Sampler = sampling.Sampler(parse),
        Steps = sampling.Steps(parse),
        Guidance = sampling.Guidance(parse),
        Width = parse.GetValue(width),
        Height = parse.GetValue(height),
        Seed = seed,
    };

    /// <summary>The settings of the drawing; defaults for options that are not given.</summary>
    public GenerationSettings Settings(ParseResult parse, long? seed)
    {
        var settings = new GenerationSettings { Prompt = parse.GetRequiredValue(prompt) };
        return settings with
        {
            NegativePrompt = parse.GetValue(negative) ?? settings.NegativePrompt,
            Syntax = parse.GetValue(syntax) ?? settings.Syntax,
            Sampling = sampling.Settings(parse, settings.Sampling),
            Width = parse.GetValue(width),
            Height = parse.GetValue(height),
            Seed = seed ?? settings.Seed,
        };
    }
}

/// <summary>The options of the sampler: steps, guidance and kind.</summary>
/// <param name="stepsName">Name of the option for the number of sampler steps; some commands use <c>--steps</c> for something else.</param>
sealed class SamplingOptions(string stepsName)
{
    static readonly SamplingSettings Defaults = new();

    readonly Option<int?> steps = OptionKinds.Whole(stepsName, (SamplingSettings settings) => settings.Steps,
        $"Sampler steps (default {Defaults.Steps}).");
    readonly Option<double?> guidance = OptionKinds.Real("--guidance", (SamplingSettings settings) => settings.Guidance,
        FormattableString.Invariant($"How closely to follow the prompt (default {Defaults.Guidance})."));
    readonly Option<string?> sampler = OptionKinds.Choice("--sampler", [.. Samplers.Names], $"Sampler (default {Defaults.Sampler}).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { steps, guidance, sampler }) command.Options.Add(option);
    }

    /// <summary>Name of the sampler; null if the option is not given.</summary>
    public string? Sampler(ParseResult parse) => parse.GetValue(sampler);

    /// <summary>Number of sampler steps; null if the option is not given.</summary>
    public int? Steps(ParseResult parse) => parse.GetValue(steps);

    /// <summary>Guidance; null if the option is not given.</summary>
    public double? Guidance(ParseResult parse) => parse.GetValue(guidance);

    /// <summary><paramref name="settings"/> with the options that are given.</summary>
    public SamplingSettings Settings(ParseResult parse, SamplingSettings settings) => settings with
    {
        Steps = parse.GetValue(steps) ?? settings.Steps,
        Guidance = parse.GetValue(guidance) ?? settings.Guidance,
        Sampler = parse.GetValue(sampler) ?? settings.Sampler,
    };
}
