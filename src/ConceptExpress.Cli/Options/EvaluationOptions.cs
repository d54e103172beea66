using System.CommandLine;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Evaluation.Methods;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Extraction;

namespace ConceptExpress.Cli.Options;

/// <summary>What is evaluated, on what, and who looks at it.</summary>
sealed class EvaluationOptions
{
    const int MostPictures = 100_000, MostSamples = 1000, MostSteps = 1000, MostSeeds = 1000, MostWorkers = 256;
    const double StrongestGuidance = 100;
    const string Masked = "masked", CutOut = "cut-out";

    readonly Option<string> data = OptionKinds.Text("--data", "DIR|toybox:N[@SEED][:DIFFICULTY]",
        "Pictures: a folder of folders with img.jpg or img.png and mask0.png, mask1.png, ...; or so many scenes of toys.", required: true);
    readonly Option<string[]?> methods = OptionKinds.Parsed("--methods", "A,B,C", $"Methods, the first of which the others are compared with (default paper,express): "
        + $"{string.Join(", ", EvaluationMethod.Names)}.", Methods, $"different ones of {string.Join(", ", EvaluationMethod.Names)}, separated by commas");
    readonly Option<long[]?> seeds = OptionKinds.Parsed("--seeds", "1,2,3", "Seeds; every method works on every picture with each (default 20).",
        Seeds, "different whole numbers from 0, separated by commas");
    readonly Option<int?> samples = OptionKinds.Whole("--samples", 1, MostSamples, "Pictures drawn of every concept, and of all together (default 8).");
    readonly Option<int?> sampleSteps = OptionKinds.Whole("--sample-steps", 1, MostSteps, "Sampler steps of these (default 50).");
    readonly Option<double?> guidance = OptionKinds.Real("--guidance", 0, StrongestGuidance, "How closely they follow their prompt (default 7.5).");
    readonly Option<string?> sampler = OptionKinds.Choice("--sampler", [.. Samplers.Names], "Their sampler (default ddim).");
    readonly Option<int?> limit = OptionKinds.Whole("--limit", 1, MostPictures, "Take the first so many pictures only.");
    readonly Option<bool> localizationOnly = new("--localization-only") { Description = "Find concepts and score their masks; learn and draw nothing." };
    readonly Option<string> clip = OptionKinds.Text("--clip", "DIR", "CLIP in the Hugging Face layout (default: the embedded one, which looks at toys only).");
    readonly Option<string> dino = OptionKinds.Text("--dino", "DIR", "DINO or DINOv2 in the Hugging Face layout (default: none).");
    readonly Option<string> judge = OptionKinds.Text("--judge", "DIR", "The judge of toys (default: the embedded one).");
    readonly Option<string?> sources = OptionKinds.Choice("--source-concepts", [Masked, CutOut],
        "How encoders are shown the true things: in the masked picture, as published (default for named encoders), or cut out and enlarged (default for the embedded CLIP).");
    readonly Option<int?> workers = OptionKinds.Whole("--workers", 1, MostWorkers,
        "Pictures worked on at once, each with its share of --threads (default: one per thread where the checkpoint is small, else 1).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { data, methods, seeds, limit, localizationOnly, samples, sampleSteps, guidance, sampler, clip, dino, judge, sources, workers })
            command.Options.Add(option);
    }

    public string Data(ParseResult parse) => parse.GetRequiredValue(data);

    public int? Limit(ParseResult parse) => parse.GetValue(limit);

    public int? Workers(ParseResult parse) => parse.GetValue(workers);

    public string? Clip(ParseResult parse) => parse.GetValue(clip);

    public string? Dino(ParseResult parse) => parse.GetValue(dino);

    public string? Judge(ParseResult parse) => parse.GetValue(judge);

    public SourceForm? Sources(ParseResult parse) => parse.GetValue(sources) switch { Masked => SourceForm.Masked, CutOut => SourceForm.CutOut, _ => null };

    /// <summary>The plan, with every method's settings changed as the rest of the command line says; what a method is named for stays.</summary>
    public EvaluationPlan Plan(ParseResult parse, Func<ExtractionSettings, ExtractionSettings> change)
    {
        // Lists that are not given are empty, not null.
        var named = (parse.GetValue(methods) is { Length: > 0 } names ? names : ["paper", "express"]).Select(name => EvaluationMethod.Find(name)!);
        var drawn = new SamplePlan();
        return new EvaluationPlan
        {
            Methods = [.. named.Select(method => new PlannedMethod(method.Name, method.Change(change(ExtractionSettings.For(method.Preset)))))],
            Seeds = parse.GetValue(seeds) is { Length: > 0 } numbers ? numbers : [ExtractionSettings.Paper.Seed],
            LocalizationOnly = parse.GetValue(localizationOnly),
            Samples = drawn with
            {
                Count = parse.GetValue(samples) ?? drawn.Count, Steps = parse.GetValue(sampleSteps) ?? drawn.Steps,
                Guidance = parse.GetValue(guidance) ?? drawn.Guidance, Sampler = parse.GetValue(sampler) ?? drawn.Sampler,
            },
        };
    }

    static string[]? Methods(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        return names.All(name => EvaluationMethod.Find(name) is not null) && names.Distinct().Count() == names.Length ? names : null;
    }

    static long[]? Seeds(string text)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries);
        long[] seeds = [.. words.Select(word => long.TryParse(word, out var seed) && seed is >= 0 and <= CommonOptions.LargestSeed ? seed : -1)];
        return seeds.Length <= MostSeeds && !seeds.Contains(-1) && seeds.Distinct().Count() == seeds.Length ? seeds : null;
    }
}
