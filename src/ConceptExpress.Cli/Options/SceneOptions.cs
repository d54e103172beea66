using System.CommandLine;
using ConceptExpress.Jobs;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Cli.Options;

/// <summary>What scenes to draw.</summary>
sealed class SceneOptions
{
    readonly Option<int?> count = OptionKinds.Whole("--count", (RenderingRequest request) => request.Count, "Scenes, each with a seed one higher (default 1).");
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", (RenderingRequest request) => request.Seed, "Seed of the first scene; the same seed gives the same files (default 0).");
    readonly Option<SceneDifficulty?> difficulty = OptionKinds.Choice<SceneDifficulty>("--difficulty", "How hard toys are to tell apart (default normal).");
    readonly Option<int?> size = OptionKinds.Whole("--size", (RenderingRequest request) => request.Side, "Width and height in pixels (default 96).");
    readonly Option<int?> toys = OptionKinds.Whole("--toys", (SceneSettings settings) => settings.ToyCount, "Toys of every scene (default: as the difficulty says).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { count, seed, difficulty, size, toys }) command.Options.Add(option);
    }

    public RenderingRequest Request(ParseResult parse, string output, bool replace)
    {
        var request = new RenderingRequest { Output = output, Replace = replace };
        return request with
        {
            Scenes = request.Scenes with { ToyCount = parse.GetValue(toys), Difficulty = parse.GetValue(difficulty) ?? request.Scenes.Difficulty },
            Count = parse.GetValue(count) ?? request.Count, Seed = parse.GetValue(seed) ?? request.Seed, Side = parse.GetValue(size) ?? request.Side,
        };
    }
}
