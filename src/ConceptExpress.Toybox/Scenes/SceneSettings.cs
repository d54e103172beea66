using System.ComponentModel.DataAnnotations;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>
/// How hard it is to tell the toys of a scene apart, or what makes it hard. Numbers of toys are those of scenes without
/// <see cref="SceneSettings.ToyCount"/>.
/// </summary>
public enum SceneDifficulty
{
    /// <summary>1 to 3 large toys of different categories that do not hide each other.</summary>
    Easy,

    /// <summary>
    /// 1 to 4 toys that may partly hide each other: at most 40 % of each is hidden. No two have the same category and color.
    /// </summary>
    Normal,

    /// <summary>
    /// 2 to 5 smaller toys, often of one category, with more overlap (at most 55 % of each is hidden) and clutter. The border may cut toys
    /// off a little.
    /// </summary>
    Hard,

    /// <summary>2 or 3 toys of the same words (category, color, pattern) that touch. At most 25 % of each is hidden.</summary>
    Touching,

    /// <summary>1 to 3 toys, each cut off by the border: 15 to 50 % of it is outside.</summary>
    Border,

    /// <summary>One toy that fills 40 to 60 % of the picture.</summary>
    Large,

    /// <summary>No toy: one of the usual backgrounds alone, white, black, noise, or a gradient; all five are equally likely.</summary>
    Empty,
}

/// <summary>Which scenes to compose. The same seed and settings give the same scene.</summary>
public sealed record SceneSettings
{
    /// <summary>The maximum number of toys in a scene.</summary>
    public const int MaxToys = 5;

    /// <summary>How hard it is to tell the toys apart.</summary>
    /// <value>The default is <see cref="SceneDifficulty.Normal"/>.</value>
    public SceneDifficulty Difficulty { get; init; } = SceneDifficulty.Normal;

    /// <summary>
    /// The number of toys in every scene, 1 to <see cref="MaxToys"/>, but for <see cref="SceneDifficulty.Touching"/> and those after it
    /// only a number that they may have by themselves; null draws it with the scene's seed, in the bounds of the difficulty.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(1, MaxToys)]
    public int? ToyCount { get; init; }

    /// <summary>Whether all toys of a scene have the same words (category, color, pattern).</summary>
    internal bool AreAlike { get; init; }

    /// <summary>
    /// Probability that a toy is plain, 0 to 1; the other patterns (striped, dotted, checked) are equally likely. Null makes all four
    /// equally likely.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(0.0, 1)]
    public double? PlainShare { get; init; }
}
