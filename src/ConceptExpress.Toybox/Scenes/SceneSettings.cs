using System.ComponentModel.DataAnnotations;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>How hard toys are to tell apart.</summary>
public enum SceneDifficulty
{
    /// <summary>1 to 3 large toys of different categories, apart from each other.</summary>
    Easy,

    /// <summary>1 to 4 toys that may hide a little of each other.</summary>
    Normal,

    /// <summary>2 to 5 smaller toys, often of one category, with more overlap, a little crop, and clutter on the ground.</summary>
    Hard,
}

/// <summary>What scenes to compose.</summary>
public sealed record SceneSettings
{
    /// <summary>The most toys of a scene.</summary>
    public const int MostToys = 5;

    /// <summary>How hard; Normal by default.</summary>
    public SceneDifficulty Difficulty { get; init; } = SceneDifficulty.Normal;

    /// <summary>How many toys, 1 to <see cref="MostToys"/>; null for as many as the difficulty and the seed say.</summary>
    [Range(1, MostToys)]
    public int? ToyCount { get; init; }

    /// <summary>Probability that a toy is plain, 0 to 1; null for all patterns equally often.</summary>
    public double? PlainShare { get; init; }
}
