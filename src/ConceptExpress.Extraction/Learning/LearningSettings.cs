using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;

namespace ConceptExpress.Extraction.Learning;

/// <summary>How words are learned. The defaults are the published ones (method 2).</summary>
public sealed record LearningSettings
{
    /// <summary>Passes over all prompts.</summary>
    /// <value>The default is 500.</value>
    [Range(1, 100_000)]
    public int Passes { get; init; } = 500;

    /// <summary>The pass before which split tokens are merged; 0 merges at the start, <see cref="Passes"/> at the end.</summary>
    /// <value>The default is 100.</value>
    [Range(0, 100_000)]
    public int MergePass { get; init; } = 100;

    /// <summary>Tokens per concept before the merge.</summary>
    /// <value>The default is 5.</value>
    [Range(1, 20)]
    public int SplitTokens { get; init; } = 5;

    /// <summary>
    /// Vectors of a token: its word stands for so many text positions. More than one begin alike but for a little noise (<see cref="MeanWord.Spread"/>,
    /// <see cref="BestWords.Spread"/>), or as different words.
    /// </summary>
    /// <value>The default is 1.</value>
    [Range(1, 16)]
    public int Vectors { get; init; } = 1;

    /// <summary>Timesteps and noises per optimizer step.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 64)]
    public int BatchSize { get; init; } = 1;

    /// <summary>How tokens begin.</summary>
    /// <value>The default is <see cref="LateWords"/>.</value>
    public TokenStart Start { get; init; } = new LateWords();

    /// <summary>How the gradient moves them.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Train on the mirrored picture half of the time.</summary>
    /// <value>The default is true.</value>
    public bool Flips { get; init; } = true;

    /// <summary>Words are also compared, and every other pass trained, on a close-up of the concept: cut out, enlarged, with the other concepts painted over.</summary>
    /// <value>The default is null: no close-ups.</value>
    public CloseUpSettings? CloseUps { get; init; }

    /// <summary>The same learning over another number of passes: the merge keeps its share of them.</summary>
    public LearningSettings WithPasses(int passes) => this with { Passes = passes, MergePass = (int)Math.Round((double)MergePass * passes / Passes) };
}

/// <summary>How close-ups are made.</summary>
public sealed record CloseUpSettings
{
    /// <summary>Share of the close-up's longer side that the concept takes.</summary>
    /// <value>The default is 0.7.</value>
    [Range(0.05, 1)]
    public double Fill { get; init; } = 0.7;
}

/// <summary>What a learning rate is told in.</summary>
public enum RateUnit
{
    /// <summary>The embedding's own unit, as published.</summary>
    Absolute,

    /// <summary>The median length of the vocabulary's rows, which makes rates of different checkpoints alike.</summary>
    RowLength,
}

/// <summary>AdamW over the token rows. The defaults are the published ones.</summary>
public sealed record OptimizerSettings
{
    /// <summary>In the unit that <see cref="RateUnit"/> says.</summary>
    /// <value>The default is 5e-4.</value>
    [Range(1e-9, 1e3)]
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>What <see cref="LearningRate"/> is told in.</summary>
    /// <value>The default is <see cref="RateUnit.Absolute"/>.</value>
    public RateUnit RateUnit { get; init; }

    /// <summary>Share of the learning rate that is left at the last pass; it falls along a half cosine. 1 keeps it constant.</summary>
    /// <value>The default is 1.</value>
    [Range(0.0, 1)]
    public double FinalShare { get; init; } = 1;

    /// <summary>Decay of the gradient's running mean.</summary>
    /// <value>The default is 0.9.</value>
    [Range(0.0, 0.9999999)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the squared gradient's running mean.</summary>
    /// <value>The default is 0.999.</value>
    [Range(0.0, 0.9999999)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the latter.</summary>
    /// <value>The default is 1e-8.</value>
    [Range(1e-30, 1)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of a row, times the learning rate, that each step takes away.</summary>
    /// <value>The default is 1e-2.</value>
    [Range(0.0, 1)]
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Largest gradient norm; larger ones are scaled down to it.</summary>
    /// <value>The default is 1.</value>
    [Range(1e-9, 1e9)]
    public double MaxGradientNorm { get; init; } = 1;
}

/// <summary>How concept tokens begin: a closed family.</summary>
public abstract record TokenStart;

/// <summary>Copies of late vocabulary rows, one per token, as published.</summary>
public sealed record LateWords : TokenStart
{
    /// <summary>Placeholder rows of the published table, which decide where the copies begin.</summary>
    /// <value>The default is 50.</value>
    [Range(1, 10_000)]
    public int Placeholders { get; init; } = 50;
}

/// <summary>The mean of the vocabulary's rows, and, where a concept has several tokens or vectors, a little noise that tells them apart.</summary>
public sealed record MeanWord : TokenStart
{
    /// <summary>Length of the noise, in units of a typical row.</summary>
    /// <value>The default is 0.1.</value>
    [Range(0.0, 10)]
    public double Spread { get; init; } = 0.1;
}

/// <summary>Random rows: in every dimension normal, with mean and deviation of the vocabulary's rows.</summary>
public sealed record RandomRows : TokenStart;

/// <summary>The sum of the few vocabulary words that denoise the concept best, and the same little noise as <see cref="MeanWord"/>.</summary>
public sealed record BestWords : TokenStart
{
    /// <summary>Length of the noise, in units of a typical row.</summary>
    /// <value>The default is 0.1.</value>
    [Range(0.0, 10)]
    public double Spread { get; init; } = 0.1;

    /// <summary>How they are searched for.</summary>
    public WordSearchSettings Search { get; init; } = new();
}
