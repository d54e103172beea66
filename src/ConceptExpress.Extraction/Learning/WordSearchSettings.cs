using System.ComponentModel.DataAnnotations;

namespace ConceptExpress.Extraction.Learning;

/// <summary>How <see cref="WordSearch"/> looks for words to start from, and how much it may try.</summary>
public sealed record WordSearchSettings
{
    /// <summary>The least number of letters of a word.</summary>
    /// <value>The default is 3.</value>
    [Range(1, 100)]
    public int MinLetters { get; init; } = 3;

    /// <summary>The least relative reduction of the loss per added word; smaller gains are noise.</summary>
    /// <value>The default is 0.005.</value>
    [Range(0.0, 0.99)]
    public double MinGain { get; init; } = 0.005;

    /// <summary>Where words are compared, as a share of the schedule: with less noise they hardly matter.</summary>
    /// <value>The default is 0.3.</value>
    [Range(0.0, 1)]
    public double FirstTime { get; init; } = 0.3;

    /// <summary>And up to where: with more noise nothing is left to explain.</summary>
    /// <value>The default is 0.9.</value>
    [Range(0.0, 1)]
    public double LastTime { get; init; } = 0.9;

    /// <summary>What words of one sum change overlaps, so that together they change less than each alone: their common share.</summary>
    /// <value>The default is 0.7.</value>
    [Range(0.0, 1)]
    public double Overlap { get; init; } = 0.7;

    /// <summary>Latents of more cells than this get the budget <see cref="Large"/>.</summary>
    /// <value>The default is 1024, 32x32.</value>
    [Range(1, 1_000_000)]
    public int LargeLatent { get; init; } = 32 * 32;

    /// <summary>How much is tried on small latents.</summary>
    public SearchBudget Small { get; init; } = new()
    {
        MaxAsked = 512, Words = 48, Samples = 6, AtOnce = 12, Sums = [8, 24, 40],
        Rounds = [new() { Samples = 3, Kept = 16 }, new() { Samples = 6, Kept = 4 }, new() { Samples = 12, Kept = 1 }],
    };

    /// <summary>How much is tried on large latents, where every evaluation is dear and learning starts from less.</summary>
    public SearchBudget Large { get; init; } = new()
    {
        MaxAsked = 0, Words = 6, Samples = 1, AtOnce = 3, Sums = [2, 3, 3], Rounds = [new() { Samples = 1, Kept = 2 }, new() { Samples = 2, Kept = 1 }],
    };
}

/// <summary>How much a search for words may try.</summary>
public sealed record SearchBudget
{
    /// <summary>Where the vocabulary has at most so many words, all are asked what they change; where it has more, the loss's slope proposes some.</summary>
    [Range(0, 1_000_000)]
    public required int MaxAsked { get; init; }

    /// <summary>Words that sums are made of.</summary>
    [Range(1, 10_000)]
    public required int Words { get; init; }

    /// <summary>Noised latents on which these are asked what they change.</summary>
    [Range(1, 1000)]
    public required int Samples { get; init; }

    /// <summary>Noised latents in one evaluation of the UNet.</summary>
    [Range(1, 1000)]
    public required int AtOnce { get; init; }

    /// <summary>Sums of one word, of two, of three, ... that are tried first.</summary>
    [Range(0, 10_000)]
    public required IReadOnlyList<int> Sums { get; init; }

    /// <summary>How these are weeded out, round by round.</summary>
    public required IReadOnlyList<SearchRound> Rounds { get; init; }
}

/// <summary>A round of a search.</summary>
public sealed record SearchRound
{
    /// <summary>Noised latents on which each sum is tried.</summary>
    [Range(1, 1000)]
    public required int Samples { get; init; }

    /// <summary>Sums that go on.</summary>
    [Range(1, 10_000)]
    public required int Kept { get; init; }
}
