using System.CommandLine;
using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Methods;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Extraction;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>evaluate</c>: methods, pictures, and the viewers of drawn pictures.</summary>
sealed class EvaluationOptions
{
    const int PairDrawings = 4;
    const string Masked = "masked", CutOut = "cut-out";

    readonly Option<string> data = OptionKinds.Text("--data", "DIR|toybox:N[@SEED][:DIFFICULTY[:SIDEpx]]",
        "Pictures: a folder of folders with img.jpg or img.png and mask0.png, mask1.png, ...; or N scenes of toys.", required: true);
    readonly Option<string[]?> methods = OptionKinds.Parsed("--methods", "A,B,C",
        $"Methods; the others are compared with the first (default paper,express): "
        + $"{string.Join(", ", EvaluationMethod.Names)}.", Methods,
        $"a comma-separated list of different methods ({string.Join(", ", EvaluationMethod.Names)})");
    readonly Option<long[]?> seeds = OptionKinds.Parsed("--seeds", "1,2,3",
        "Seeds; every method runs on every picture with each seed (default 20).",
        Seeds, "a comma-separated list of different whole numbers from 0");
    readonly Option<int?> samples = OptionKinds.Whole("--samples", (SamplePlan plan) => plan.Count,
        "Number of pictures drawn of every concept, and of all concepts together (default 8).");
    readonly Option<bool> joint = new("--joint")
    {
        Description = "Also draw every pair of a picture's words together, four times, and check whether each word keeps its meaning.",
    };
    readonly SamplingOptions sampling = new("--sample-steps");
    readonly Option<int?> limit = OptionKinds.Whole("--limit", (EvaluationRequest request) => request.Limit,
        "Use only the first N pictures.");
    readonly Option<bool> localizationOnly =
        new("--localization-only") { Description = "Find concepts and score their masks; learn and draw nothing." };
    readonly Option<string> clip = OptionKinds.Text("--clip", "DIR",
        "CLIP in the Hugging Face layout (default: the embedded one, which only knows toys).");
    readonly Option<string> dino = OptionKinds.Text("--dino", "DIR", "DINO or DINOv2 in the Hugging Face layout (default: none).");
    readonly Option<string> judge = OptionKinds.Text("--judge", "DIR",
        "Folder of the judge, which classifies toys (default: the embedded one).");
    readonly Option<string?> sources = OptionKinds.Choice("--source-concepts", [Masked, CutOut],
        "How encoders see the true things: in the masked picture, as published (default for encoders you name), or cut out and enlarged "
            + "(default for the embedded CLIP).");
    readonly Option<int?> workers = OptionKinds.Whole("--workers", (EvaluationRequest request) => request.Workers,
        "Number of pictures processed at once, each with its share of --threads (default: one per thread if the checkpoint is small, "
            + "otherwise 1).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { data, methods, seeds, limit, localizationOnly, samples, joint }) command.Options.Add(option);
        sampling.AddTo(command);
        foreach (var option in new Option[] { clip, dino, judge, sources, workers }) command.Options.Add(option);
    }

    /// <summary>The request, without what the other groups of options decide.</summary>
    /// <param name="parse">The parsed command line.</param>
    /// <param name="output">The output folder.</param>
    /// <param name="change">Applies the other options to the settings of every method, except for the change that defines the
    /// method.</param>
    public EvaluationRequest Request(ParseResult parse, string output, Func<ExtractionSettings, ExtractionSettings> change) => new()
    {
        Output = output,
        Plan = Plan(parse, change),
        Data = parse.GetRequiredValue(data),
        Limit = parse.GetValue(limit),
        Workers = parse.GetValue(workers),
        Clip = parse.GetValue(clip),
        Dino = parse.GetValue(dino),
        Judge = parse.GetValue(judge),
        Sources = parse.GetValue(sources) switch { Masked => SourceForm.Masked, CutOut => SourceForm.CutOut, _ => null },
    };

    EvaluationPlan Plan(ParseResult parse, Func<ExtractionSettings, ExtractionSettings> change)
    {
        // If a list option is not given, its value is empty, not null.
        var named = parse.GetValue(methods) is { Length: > 0 } names ? names : ["paper", "express"];
        var drawn = new SamplePlan();
        return new EvaluationPlan
        {
            Methods = [.. named.Select(name => EvaluationMethod.Find(name)!.Planned(change))],
            Seeds = parse.GetValue(seeds) is { Length: > 0 } numbers ? numbers : [ExtractionSettings.Paper.Seed],
            LocalizationOnly = parse.GetValue(localizationOnly),
            Samples = new SamplePlan
            {
                Count = parse.GetValue(samples) ?? drawn.Count,
                Pairs = parse.GetValue(joint) ? PairDrawings : drawn.Pairs,
                Sampling = sampling.Settings(parse, drawn.Sampling)
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
        long[] seeds =
            [.. words.Select(word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            && seed <= SettingsCheck.MaxSeed ? seed : -1)];
        return !seeds.Contains(-1) && seeds.Distinct().Count() == seeds.Length ? seeds : null;
    }
}
