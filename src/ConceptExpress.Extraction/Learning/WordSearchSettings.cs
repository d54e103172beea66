using System.ComponentModel.DataAnnotations;

namespace ConceptExpress.Extraction.Learning;

/// <summary>How the word search finds words to start from, and how much it may try (docs/deviations.md, word search).</summary>
public sealed record WordSearchSettings
{
    /// <summary>Minimum number of letters of a word, 1 to 100. Only whole words of the letters a to z are searched.</summary>
    /// <value>The default is 3.</value>
    [Range(1, 100)]
    public int MinLetters { get; init; } = 3;

    /// <summary>Minimum share of the loss that each added word must save, 0 to 0.99. Smaller gains are noise.</summary>
    /// <value>The default is 0.005.</value>
    [Range(0.0, 0.99)]
    public double MinGain { get; init; } = 0.005;

    /// <summary>
    /// Lower bound of the timesteps at which words are compared, as a share of the schedule, 0 to 1 and below <see cref="LastTime"/>. With
    /// less noise, words hardly matter.
    /// </summary>
    /// <value>The default is 0.3.</value>
    [Range(0.0, 1)]
    public double FirstTime { get; init; } = 0.3;

    /// <summary>
    /// Upper bound of the timesteps at which words are compared, as a share of the schedule, 0 to 1 and above <see cref="FirstTime"/>. With
    /// more noise, nothing is left to explain.
    /// </summary>
    /// <value>The default is 0.9.</value>
    [Range(0.0, 1)]
    public double LastTime { get; init; } = 0.9;

    /// <summary>
    /// Share of the words' changes that remains when they are added in one sum, 0 to 1. The changes of several words overlap, so together
    /// they have less effect than one by one. 1: no overlap.
    /// </summary>
    /// <value>The default is 0.7.</value>
    [Range(0.0, 1)]
    public double Overlap { get; init; } = 0.7;

    /// <summary>
    /// Maximum number of cells of a small latent, 1 to 1,000,000. It gets the budget <see cref="Small"/>; larger ones get
    /// <see cref="Large"/>.
    /// </summary>
    /// <value>The default is 1024 (32x32).</value>
    [Range(1, 1_000_000)]
    public int LargeLatent { get; init; } = 32 * 32;

    /// <summary>The budget for small latents.</summary>
    /// <value>
    /// The default has MaxAsked 512, Words 48, Samples 6, AtOnce 12, Sums 8, 24 and 40, and rounds of 3, 6 and 12 samples that keep 16, 4
    /// and 1 sums.
    /// </value>
    public SearchBudget Small { get; init; } = new()
    {
        MaxAsked = 512,
        Words = 48,
        Samples = 6,
        AtOnce = 12,
        Sums = [8, 24, 40],
        Rounds = [new() { Samples = 3, Kept = 16 }, new() { Samples = 6, Kept = 4 }, new() { Samples = 12, Kept = 1 }],
    };

    /// <summary>
    /// The budget for large latents. Evaluations are expensive there, so less is tried and learning starts from a poorer sum.
    /// </summary>
    /// <value>
    /// The default has MaxAsked 0, Words 6, Samples 1, AtOnce 3, Sums 2, 3 and 3, and rounds of 1 and 2 samples that keep 2 sums and 1 sum.
    /// </value>
    public SearchBudget Large { get; init; } = new()
    {
        MaxAsked = 0,
        Words = 6,
        Samples = 1,
        AtOnce = 3,
        Sums = [2, 3, 3],
        Rounds = [new() { Samples = 1, Kept = 2 }, new() { Samples = 2, Kept = 1 }],
    };
}

/// <summary>How much a word search may try.</summary>
public sealed record SearchBudget
{
    /// <summary>
    /// Maximum number of vocabulary words up to which the effect of every word is measured, 0 to 1,000,000. If there are more, the slope of
    /// the loss proposes the candidates. 0 never measures all.
    /// </summary>
    [Range(0, 1_000_000)]
    public required int MaxAsked { get; init; }

    /// <summary>
    /// Number of candidate words that sums are made of, 1 to 10,000. All sums of as many words as <see cref="Sums"/> allows are ranked, so
    /// large numbers take much memory.
    /// </summary>
    [Range(1, 10_000)]
    public required int Words { get; init; }

    /// <summary>Number of noised latents on which the effect of each candidate is measured, 1 to 1000.</summary>
    [Range(1, 1000)]
    public required int Samples { get; init; }

    /// <summary>
    /// Maximum number of noised latents in one evaluation of the UNet, 1 to 1000. A word or sum that needs more is evaluated alone, with
    /// all of its noised latents.
    /// </summary>
    [Range(1, 1000)]
    public required int AtOnce { get; init; }

    /// <summary>
    /// Number of sums of one word, of two words, of three words, ... that are tried first, 0 to 10,000 each, at least one of them above 0.
    /// No sum has more words than this list has numbers.
    /// </summary>
    [Range(0, 10_000)]
    public required IReadOnlyList<int> Sums { get; init; }

    /// <summary>
    /// The rounds in which these sums are compared, one or more. The best of each round go on to the next. The sums that differ from the
    /// winner by one word are then compared in the same rounds.
    /// </summary>
    public required IReadOnlyList<SearchRound> Rounds { get; init; }
}

/// <summary>A round of a word search.</summary>
public sealed record SearchRound
{
    /// <summary>Number of noised latents on which each sum is tried, 1 to 1000.</summary>
    [Range(1, 1000)]
    public required int Samples { get; init; }

    /// <summary>Number of sums that are kept for the next round, 1 to 10,000. After the last round, only the best one counts.</summary>
    [Range(1, 10_000)]
    public required int Kept { get; init; }
}
