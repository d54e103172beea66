using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;

namespace ConceptExpress.Extraction.Learning;

/// <summary>
/// How words are learned. The defaults are the published ones (method 2); <see cref="ExtractionSettings.Express"/> has others.
/// </summary>
public sealed record LearningSettings
{
    /// <summary>Number of passes, 1 to 100,000. A pass visits every training prompt once.</summary>
    /// <value>The default is 500.</value>
    [Range(1, 100_000)]
    public int Passes { get; init; } = 500;

    /// <summary>
    /// The pass before which split tokens are merged, 0 to <see cref="Passes"/>. 0 merges at the start, <see cref="Passes"/> merges at the
    /// end. The joint prompt is trained from the merge on, also if concepts have one token.
    /// </summary>
    /// <value>The default is 100.</value>
    [Range(0, 100_000)]
    public int MergePass { get; init; } = 100;

    /// <summary>Number of tokens per concept before the merge, 1 to 20. 1: nothing is split, and there is no token contrast.</summary>
    /// <value>The default is 5.</value>
    [Range(1, 20)]
    public int SplitTokens { get; init; } = 5;

    /// <summary>
    /// Number of vectors per token, 1 to 16. The token's word takes as many text positions, so it must fit the checkpoint's prompts.
    /// Several vectors start as the same vector plus a little noise (<see cref="MeanWord.Spread"/>, <see cref="BestWords.Spread"/>), or as
    /// different rows.
    /// </summary>
    /// <value>The default is 1.</value>
    [Range(1, 16)]
    public int Vectors { get; init; } = 1;

    /// <summary>Number of noised latents per optimizer step, 1 to 64. Each has its own timestep and noise.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 64)]
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// Maximum number of noised latents of an optimizer step that are in memory at once, 1 to 64; null for all of them. Fewer take less
    /// memory and more time. The gradients are the same up to rounding.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(1, 64)]
    public int? AtOnce { get; init; }

    /// <summary>The values with which tokens start.</summary>
    /// <value>The default is <see cref="LateWords"/>, as published.</value>
    public TokenStart Start { get; init; } = new LateWords();

    /// <summary>The optimizer that changes the tokens.</summary>
    /// <value>The default has the published values.</value>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Whether each pass uses the picture mirrored left-right with probability 1/2.</summary>
    /// <value>The default is true.</value>
    public bool Flips { get; init; } = true;

    /// <summary>
    /// Close-ups of the concepts: cut out, enlarged, with the other concepts painted over. If set, the word search uses them, and the
    /// prompts of single concepts use them in every second pass.
    /// </summary>
    /// <value>The default is null: no close-ups.</value>
    public CloseUpSettings? CloseUps { get; init; }

    /// <summary>Returns these settings with another number of passes. The merge moves in proportion.</summary>
    /// <param name="passes">Number of passes, 1 to 100,000. It is not checked here.</param>
    public LearningSettings WithPasses(int passes) =>
        this with { Passes = passes, MergePass = (int)Math.Round((double)MergePass * passes / Passes) };
}

/// <summary>How close-ups are made (docs/deviations.md, close-ups).</summary>
public sealed record CloseUpSettings
{
    /// <summary>
    /// Share of the close-up's height or width that the concept takes, whichever share is larger; 0.05 to 1. A concept that is larger than
    /// this in the whole picture keeps its size.
    /// </summary>
    /// <value>The default is 0.7.</value>
    [Range(0.05, 1)]
    public double Fill { get; init; } = 0.7;
}

/// <summary>The unit of a learning rate.</summary>
public enum RateUnit
{
    /// <summary>The unit of the embedding values themselves, as published.</summary>
    Absolute,

    /// <summary>The median L2 norm of the vocabulary's rows. Makes learning rates comparable between checkpoints.</summary>
    RowLength,
}

/// <summary>Settings of AdamW over the token rows. The defaults are the published ones (method 2).</summary>
public sealed record OptimizerSettings
{
    /// <summary>Learning rate, 1e-9 to 1000, in the unit of <see cref="RateUnit"/>.</summary>
    /// <value>The default is 5e-4.</value>
    [Range(1e-9, 1e3)]
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>The unit of <see cref="LearningRate"/>.</summary>
    /// <value>The default is <see cref="RateUnit.Absolute"/>.</value>
    public RateUnit RateUnit { get; init; }

    /// <summary>
    /// Share of the learning rate that is left at the last pass, 0 to 1. It falls along a half cosine; 1 keeps it constant.
    /// </summary>
    /// <value>The default is 1.</value>
    [Range(0.0, 1)]
    public double FinalShare { get; init; } = 1;

    /// <summary>Decay rate of the gradient's running mean, 0 to 0.9999999.</summary>
    /// <value>The default is 0.9.</value>
    [Range(0.0, 0.9999999)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of the squared gradient's running mean, 0 to 0.9999999.</summary>
    /// <value>The default is 0.999.</value>
    [Range(0.0, 0.9999999)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the square root of the squared gradient's running mean, to avoid division by zero; 1e-30 to 1.</summary>
    /// <value>The default is 1e-8.</value>
    [Range(1e-30, 1)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay, 0 to 1: each step subtracts this share of a row, multiplied by the learning rate.</summary>
    /// <value>The default is 1e-2.</value>
    [Range(0.0, 1)]
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>
    /// Maximum L2 norm of the gradient, 1e-9 to 1e9. Larger gradients are scaled down to it. The norm covers the whole embedding table
    /// (published semantics 16).
    /// </summary>
    /// <value>The default is 1.</value>
    [Range(1e-9, 1e9)]
    public double MaxGradientNorm { get; init; } = 1;
}

/// <summary>
/// The values with which concept tokens start: <see cref="LateWords"/>, <see cref="MeanWord"/>, <see cref="RandomRows"/> or
/// <see cref="BestWords"/>.
/// </summary>
public abstract record TokenStart;

/// <summary>Copies of late vocabulary rows, a different one for every vector, as published (published semantics 19).</summary>
public sealed record LateWords : TokenStart
{
    /// <summary>
    /// Number N of placeholder rows in the published table, 1 to 10,000. The copies begin 2N rows before the end of the vocabulary. If
    /// there are more copies than N, their number takes its place.
    /// </summary>
    /// <value>The default is 50.</value>
    [Range(1, 10_000)]
    public int Placeholders { get; init; } = 50;
}

/// <summary>The mean of the vocabulary's rows. If concepts have several tokens or vectors, a little noise makes them different.</summary>
public sealed record MeanWord : TokenStart
{
    /// <summary>
    /// Typical length of the noise, 0 to 10, in units of the median L2 norm of the vocabulary's rows. Not used if each concept has one
    /// token of one vector.
    /// </summary>
    /// <value>The default is 0.1.</value>
    [Range(0.0, 10)]
    public double Spread { get; init; } = 0.1;
}

/// <summary>
/// Normally distributed random rows, a different one for every vector. Every dimension has the mean and standard deviation of the
/// vocabulary's rows.
/// </summary>
public sealed record RandomRows : TokenStart;

/// <summary>
/// The sum of the few vocabulary words that denoise the concept best, with the same little noise as <see cref="MeanWord"/>
/// (docs/deviations.md, word search).
/// </summary>
public sealed record BestWords : TokenStart
{
    /// <summary>
    /// Typical length of the noise, 0 to 10, in units of the median L2 norm of the vocabulary's rows. Not used if each concept has one
    /// token of one vector.
    /// </summary>
    /// <value>The default is 0.1.</value>
    [Range(0.0, 10)]
    public double Spread { get; init; } = 0.1;

    /// <summary>How these words are searched.</summary>
    /// <value>The default is <c>new WordSearchSettings()</c>.</value>
    public WordSearchSettings Search { get; init; } = new();
}
