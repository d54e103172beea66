using System.Globalization;
using System.Text.RegularExpressions;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>
/// Scenes of toys, rendered when they are asked for: <c>toybox:N[@seed][:difficulty]</c>. Their things are labelled
/// (<see cref="ToyLabels"/>).
/// </summary>
/// <param name="count">How many, 1 or more.</param>
/// <param name="seed">Of the first scene; each further one has a seed one higher.</param>
/// <param name="difficulty">How hard toys are to tell apart.</param>
public sealed partial class ToyboxData(int count, ulong seed, SceneDifficulty difficulty) : EvaluationData
{
    public const string Prefix = "toybox:";

    /// <summary>Where scenes begin unless a seed is given: the embedded checkpoint was trained on seeds below a billion.</summary>
    public const ulong DefaultSeed = 8_000_000_000;

    const int MaxScenes = 100_000;

    public override int Count => count;

    /// <summary>The data set that a name stands for: scenes of toys, or else a folder of folders.</summary>
    /// <param name="name">As <see cref="Parse"/> reads it, or a path.</param>
    /// <param name="exif">What a camera's orientation does to pictures on disk.</param>
    /// <exception cref="DataSetException">There is no such data set.</exception>
    public static EvaluationData Open(string name, Exif exif = Exif.Apply)
    {
        if (name.StartsWith(Prefix, StringComparison.Ordinal)) return Parse(name);
        return Directory.Exists(name)
            ? new FolderData(name, exif)
            : throw new DataSetException($"{name} is no folder; name a folder of folders with img.jpg or img.png, or {Prefix}N.");
    }

    /// <summary>Reads the data set's name.</summary>
    /// <exception cref="DataSetException">It is none.</exception>
    public static ToyboxData Parse(string name)
    {
        var match = Name().Match(name);
        if (!match.Success || !int.TryParse(match.Groups["count"].Value, out var count) || count is < 1 or > MaxScenes)
            throw new DataSetException($"'{name}' is no data set; write toybox:N, toybox:N@SEED or toybox:N@SEED:DIFFICULTY "
                + $"with N from 1 to {MaxScenes} and a difficulty of easy, normal or hard.");
        var seed = match.Groups["seed"] is { Success: true } given ? ulong.Parse(given.Value, CultureInfo.InvariantCulture) : DefaultSeed;
        var difficulty = match.Groups["difficulty"] is { Success: true } word
            ? Enum.Parse<SceneDifficulty>(word.Value, ignoreCase: true)
            : SceneDifficulty.Normal;
        return new ToyboxData(count, seed, difficulty);
    }

    public override EvaluationPicture Read(int index, int side)
    {
        var scene = SceneComposer.Compose(seed + (ulong)index, new SceneSettings { Difficulty = difficulty });
        var rendered = SceneRenderer.Render(scene, side);
        var name = $"{difficulty.ToString().ToLowerInvariant()}-{seed + (ulong)index}";
        return new EvaluationPicture(name, rendered.Picture, rendered.Masks, [.. scene.Toys.Select(ToyLabels.Of)]);
    }

    [GeneratedRegex(@"^toybox:(?<count>\d{1,6})(@(?<seed>\d{1,15}))?(:(?<difficulty>easy|normal|hard))?\z")]
    private static partial Regex Name();
}
