using System.CommandLine;
using ConceptExpress.Jobs;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>toybox render</c>: which scenes to draw.</summary>
sealed class SceneOptions
{
    readonly Option<int?> count = OptionKinds.Whole("--count", (RenderingRequest request) => request.Count,
        "Number of scenes; the seed rises by one for each (default 1).");
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", (RenderingRequest request) => request.Seed,
        "Seed of the first scene; the same seed gives the same files (default 0).");
    readonly Option<SceneDifficulty?> difficulty = OptionKinds.Choice<SceneDifficulty>("--difficulty",
        "How hard it is to tell toys apart, or what makes it hard (default normal).");
    readonly Option<int?> size = OptionKinds.Whole("--size", (RenderingRequest request) => request.Side,
        "Width and height in pixels (default 96).");
    readonly Option<int?> toys = OptionKinds.Whole("--toys", (SceneSettings settings) => settings.ToyCount,
        "Number of toys per scene (default: depends on the difficulty).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { count, seed, difficulty, size, toys }) command.Options.Add(option);
    }

    public RenderingRequest Request(ParseResult parse, string output, bool replace)
    {
        var request = new RenderingRequest { Output = output, Replace = replace };
        return request with
        {
            Scenes = request.Scenes with
            {
                ToyCount = parse.GetValue(toys),
                Difficulty = parse.GetValue(difficulty)
                ?? request.Scenes.Difficulty
            },
            Count = parse.GetValue(count) ?? request.Count,
            Seed = parse.GetValue(seed) ?? request.Seed,
            Side = parse.GetValue(size) ?? request.Side,
        };
    }
}
