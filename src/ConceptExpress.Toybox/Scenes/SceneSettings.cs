using System.ComponentModel.DataAnnotations;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>How hard it is to tell the toys of a scene apart.</summary>
public enum SceneDifficulty
{
    /// <summary>1 to 3 large toys of different categories that do not hide each other.</summary>
    Easy,

    /// <summary>1 to 4 toys that may partly hide each other.</summary>
    Normal,

    /// <summary>2 to 5 smaller toys, often of one category, with more overlap and clutter. The border may cut toys off a little.</summary>
    Hard,
}

/// <summary>Which scenes to compose.</summary>
public sealed record SceneSettings
{
    /// <summary>The maximum number of toys in a scene.</summary>
    public const int MaxToys = 5;

    /// <summary>How hard it is to tell the toys apart.</summary>
    /// <value>The default is <see cref="SceneDifficulty.Normal"/>.</value>
    public SceneDifficulty Difficulty { get; init; } = SceneDifficulty.Normal;

    /// <summary>How many toys, 1 to <see cref="MaxToys"/>; null lets the difficulty and the seed decide.</summary>
    /// <value>The default is null.</value>
    [Range(1, MaxToys)]
    public int? ToyCount { get; init; }

    /// <summary>Probability that a toy is plain, 0 to 1; null makes all patterns equally likely.</summary>
    /// <value>The default is null.</value>
    public double? PlainShare { get; init; }
}
