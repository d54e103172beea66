using System.Globalization;
using System.Text.RegularExpressions;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>
/// A data set of rendered scenes of toys, named <c>toybox:N[@seed][:difficulty[:SIDEpx]]</c>. Scenes are rendered when
/// they are read. Their things have labels (<see cref="ToyLabels"/>).
/// </summary>
/// <param name="count">Number of scenes, 1 or more.</param>
/// <param name="seed">Seed of the first scene. The seed of each further scene is one higher.</param>
/// <param name="difficulty">How hard it is to tell toys apart.</param>
/// <param name="fixedSide">Side of the pictures in pixels; null: that at which the model sees them.</param>
sealed partial class ToyboxData(int count, ulong seed, SceneDifficulty difficulty, int? fixedSide = null) : EvaluationData
{
    /// <summary>What the name of such a data set starts with.</summary>
    public const string Prefix = "toybox:";

    /// <summary>
    /// Seed of the first scene if none is given. The embedded checkpoint was trained on seeds below one billion only.
    /// </summary>
    public const ulong DefaultSeed = 8_000_000_000;

    const int MaxScenes = 100_000, MinSide = 16, MaxSide = 4096;

    static readonly Dictionary<string, SceneDifficulty> Difficulties =
        Enum.GetValues<SceneDifficulty>().ToDictionary(difficulty => difficulty.ToString().ToLowerInvariant());

    public override int Count => count;

    /// <summary>Opens a data set by its name: scenes of toys, or a folder of folders (<see cref="FolderData"/>).</summary>
    /// <param name="name">A name that <see cref="Parse"/> reads, or the path of a folder.</param>
    /// <param name="exif">What to do with a camera's orientation in pictures on disk.</param>
    /// <exception cref="DataSetException">The name is not valid, or the folder cannot be used.</exception>
    public static EvaluationData Open(string name, Exif exif = Exif.Apply)
    {
        if (name.StartsWith(Prefix, StringComparison.Ordinal)) return Parse(name);
        return Directory.Exists(name)
            ? new FolderData(name, exif)
            : throw new DataSetException($"{name} is not a folder; name a folder of folders with img.jpg or img.png, or {Prefix}N.");
    }

    /// <summary>Reads a name like <c>toybox:20@5:hard</c>: 20 scenes from seed 5.</summary>
    /// <param name="name">
    /// The prefix and a number of scenes from 1 to 100,000; optionally a seed, a difficulty (default normal), and the side at which
    /// pictures and true masks are rendered, 16 to 4096 (default: that at which the model sees them).
    /// </param>
    /// <exception cref="DataSetException">The name is not valid.</exception>
    public static ToyboxData Parse(string name)
    {
        var match = Name().Match(name);
        var difficulty = SceneDifficulty.Normal;
        if (!match.Success
            || match.Groups["difficulty"] is { Success: true } word && !Difficulties.TryGetValue(word.Value, out difficulty)
            || !int.TryParse(match.Groups["count"].Value, out var count) || count is < 1 or > MaxScenes
            || SideOf(match) is < MinSide or > MaxSide)
            throw new DataSetException($"'{name}' is not a data set; write toybox:N, toybox:N@SEED, toybox:N@SEED:DIFFICULTY or "
                + $"toybox:N@SEED:DIFFICULTY:SIDEpx with N from 1 to {MaxScenes}, a difficulty of {string.Join(", ", Difficulties.Keys)}, "
                + $"and a side from {MinSide} to {MaxSide}.");
        var seed = match.Groups["seed"] is { Success: true } given ? ulong.Parse(given.Value, CultureInfo.InvariantCulture) : DefaultSeed;
        return new ToyboxData(count, seed, difficulty, SideOf(match));
    }

    static int? SideOf(Match match) =>
        match.Groups["side"] is { Success: true } side ? int.Parse(side.Value, CultureInfo.InvariantCulture) : null;

    public override EvaluationPicture Read(int index, int side)
    {
        var scene = SceneComposer.Compose(seed + (ulong)index, new SceneSettings { Difficulty = difficulty });
        var rendered = SceneRenderer.Render(scene, fixedSide ?? side);
        var name = $"{difficulty.ToString().ToLowerInvariant()}-{seed + (ulong)index}";
        return new EvaluationPicture(name, rendered.Picture, rendered.Masks, [.. scene.Toys.Select(ToyLabels.Of)]);
    }

    [GeneratedRegex(@"^toybox:(?<count>\d{1,6})(@(?<seed>\d{1,15}))?(:(?<difficulty>[a-z]+)(:(?<side>\d{1,5})px)?)?\z")]
    private static partial Regex Name();
}
