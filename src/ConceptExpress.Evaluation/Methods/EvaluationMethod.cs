using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Methods;

/// <summary>A method to compare: a preset and what it does otherwise. There is no code of its own behind any.</summary>
/// <param name="Name">As the command line says it.</param>
/// <param name="Preset">Where its settings begin.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Change">What it does otherwise; applied last, so that no other choice undoes it.</param>
public sealed record EvaluationMethod(string Name, Preset Preset, string Meaning, Func<ExtractionSettings, ExtractionSettings> Change)
{
    // As published by "Break-A-Scene: Extracting Multiple Concepts from a Single Image" for its loss on attention.
    const double SquaredAlignmentWeight = 1e-2;

    /// <summary>The methods, by what the paper compares itself with and what it leaves out (method 4), and what ours may leave out.</summary>
    public static IReadOnlyList<EvaluationMethod> All { get; } =
    [
        new("paper", Preset.Paper, "as published", settings => settings),
        new("express", Preset.Express, "the default", settings => settings),
        new("given-masks", Preset.Paper, "learning on the true masks", settings => settings with { GivenMasks = true }),
        new("no-split", Preset.Paper, "one token per concept throughout", settings => settings with { SplitTokens = 1 }),
        new("no-alignment", Preset.Paper, "attention is not aligned", settings => settings with { AlignmentWeight = 0 }),
        new("mse-alignment", Preset.Paper, "attention is aligned cell by cell",
            settings => settings with { Alignment = AlignmentKind.MeanSquared, AlignmentWeight = SquaredAlignmentWeight }),
        new("no-contrast", Preset.Paper, "split tokens are not contrasted", settings => settings with { ContrastWeight = 0 }),
        new("kmeans", Preset.Paper, "k-means in place of the first FINCH", settings => settings with { PreClustering = PreClustering.KMeans }),
        new("no-filter", Preset.Paper, "clusters that do not stand out are kept", settings => settings with { SaliencyFilter = false }),
        new("random-init", Preset.Paper, "tokens begin anywhere", settings => settings with { TokenStart = TokenStart.RandomRows }),
        new("no-close-ups", Preset.Express, "words are compared and trained on the whole picture only", settings => settings with { CloseUps = false }),
        new("no-word-search", Preset.Express, "tokens begin at the vocabulary's mean", settings => settings with { TokenStart = TokenStart.MeanWord }),
    ];

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <summary>The method's settings.</summary>
    public ExtractionSettings Settings => Change(ExtractionSettings.For(Preset));

    /// <summary>The method of that name, or null.</summary>
    public static EvaluationMethod? Find(string name) => All.FirstOrDefault(method => method.Name == name);
}
