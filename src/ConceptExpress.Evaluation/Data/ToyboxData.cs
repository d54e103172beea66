using System.Globalization;
using System.Text.RegularExpressions;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Evaluation.Data;

/// <summary>Scenes of toys, rendered when they are asked for: <c>toybox:N[@seed][:difficulty]</c>.</summary>
/// <param name="count">How many, 1 or more.</param>
/// <param name="seed">Of the first scene; each further one has a seed one higher.</param>
/// <param name="difficulty">How hard toys are to tell apart.</param>
public sealed partial class ToyboxData(int count, ulong seed, SceneDifficulty difficulty) : EvaluationData
{
    public const string Prefix = "toybox:";

    /// <summary>Where scenes begin unless a seed is given: the embedded checkpoint was trained on seeds below a billion.</summary>
    public const ulong DefaultSeed = 8_000_000_000;

    const int MostScenes = 100_000;

    public override int Count => count;

    /// <summary>Reads the data set's name.</summary>
    /// <exception cref="DataSetException">It is none.</exception>
    public static ToyboxData Parse(string name)
    {
        var match = Name().Match(name);
        if (!match.Success || !int.TryParse(match.Groups["count"].Value, out var count) || count is < 1 or > MostScenes)
            throw new DataSetException($"'{name}' is no data set; write toybox:N, toybox:N@SEED or toybox:N@SEED:DIFFICULTY with N from 1 to {MostScenes} "
                + "and a difficulty of easy, normal or hard.");
        var seed = match.Groups["seed"] is { Success: true } given ? ulong.Parse(given.Value, CultureInfo.InvariantCulture) : DefaultSeed;
        var difficulty = match.Groups["difficulty"] is { Success: true } word ? Enum.Parse<SceneDifficulty>(word.Value, ignoreCase: true) : SceneDifficulty.Normal;
        return new ToyboxData(count, seed, difficulty);
    }

    public override EvaluationPicture Read(int index, int side)
    {
        var scene = SceneComposer.Compose(seed + (ulong)index, new SceneSettings { Difficulty = difficulty });
        var rendered = SceneRenderer.Render(scene, side);
        var name = $"{difficulty.ToString().ToLowerInvariant()}-{seed + (ulong)index}";
        return new EvaluationPicture(name, rendered.Picture, [.. rendered.Masks.Select(Mask.Of)], scene.Toys);
    }

    [GeneratedRegex(@"^toybox:(?<count>\d{1,6})(@(?<seed>\d{1,15}))?(:(?<difficulty>easy|normal|hard))?\z")]
    private static partial Regex Name();
}
