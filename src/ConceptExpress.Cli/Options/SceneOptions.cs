using System.CommandLine;
using ConceptExpress.Cli.Running;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Cli.Options;

/// <summary>What scenes to draw, and where to.</summary>
sealed class SceneOptions
{
    const int MostScenes = 100_000, SmallestSide = 32, LargestSide = 2048, DefaultSide = 96;
    const long LargestSeed = (1L << 53) - 1; // JSON readers keep no more

    static readonly string[] Difficulties = [.. Enum.GetNames<SceneDifficulty>().Select(name => name.ToLowerInvariant())];

    readonly Option<int?> count = OptionKinds.Whole("--count", 1, MostScenes, "Scenes, each with a seed one higher (default 1).");
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", 0, LargestSeed,
        "Seed of the first scene; the same seed gives the same files (default 0).");
    readonly Option<string?> difficulty = OptionKinds.Choice("--difficulty", Difficulties,
        "How hard toys are to tell apart (default normal).");
    readonly Option<int?> size = OptionKinds.Whole("--size", SmallestSide, LargestSide,
        $"Width and height in pixels (default {DefaultSide}).");
    readonly Option<int?> toys = OptionKinds.Whole("--toys", 1, SceneSettings.MostToys,
        "Toys of every scene (default: as the difficulty says).");
    readonly Option<string> output = OptionKinds.Text("--output", "DIR", "Folder for the scenes; it appears when all is done.",
        required: true);
    readonly Option<bool> force = new("--force") { Description = "Replace scenes that are in the output folder already." };
    readonly Option<bool> json = new("--json")
    {
        Description = "Print one JSON object as the result, and nothing else, on standard output.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { count, seed, difficulty, size, toys, output, force, json }) command.Options.Add(option);
    }

    public bool Json(ParseResult parse) => parse.GetValue(json);

    /// <summary>Refuses an output folder that could not be written at the end.</summary>
    /// <exception cref="OutputException">It cannot be written, or is not empty.</exception>
    public void CheckOutput(ParseResult parse) => OutputFolder.Check(parse.GetRequiredValue(output), parse.GetValue(force));

    public RenderingJob Job(ParseResult parse)
    {
        var settings = new SceneSettings { ToyCount = parse.GetValue(toys) };
        if (parse.GetValue(difficulty) is { } word)
            settings = settings with { Difficulty = Enum.Parse<SceneDifficulty>(word, ignoreCase: true) };
        return new RenderingJob
        {
            Settings = settings, Count = parse.GetValue(count) ?? 1, Seed = parse.GetValue(seed) ?? 0,
            Side = parse.GetValue(size) ?? DefaultSide, Output = parse.GetRequiredValue(output), Replace = parse.GetValue(force),
        };
    }
}
