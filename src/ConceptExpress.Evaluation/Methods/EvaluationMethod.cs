using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Evaluation.Methods;

/// <summary>A method to compare: a preset and what it does otherwise. There is no code of its own behind any.</summary>
/// <param name="Name">As the user says it.</param>
/// <param name="Preset">Where its settings begin.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Change">What it does otherwise; applied last, so that no other choice undoes it.</param>
/// <param name="GivenMasks">Whether it is given the true masks.</param>
public sealed record EvaluationMethod(
    string Name, Preset Preset, string Meaning, Func<ExtractionSettings, ExtractionSettings> Change, bool GivenMasks = false)
{
    // As published by "Break-A-Scene: Extracting Multiple Concepts from a Single Image" for its loss on attention.
    const double SquaredAlignmentWeight = 1e-2;

    /// <summary>
    /// The methods, by what the paper compares itself with and what it leaves out (method 4), and what ours may leave out.
    /// </summary>
    public static IReadOnlyList<EvaluationMethod> All { get; } =
    [
        new("paper", Preset.Paper, "as published", settings => settings),
        new("express", Preset.Express, "the default", settings => settings),
        new("given-masks", Preset.Paper, "learning on the true masks", settings => settings, GivenMasks: true),
        new("no-split", Preset.Paper, "one token per concept throughout",
            settings => settings.WithLearning(learning => learning with { SplitTokens = 1 })),
        new("no-alignment", Preset.Paper, "attention is not aligned",
            settings => settings.WithLosses(losses => losses with { AlignmentWeight = 0 })),
        new("mse-alignment", Preset.Paper, "attention is aligned cell by cell",
            settings => settings.WithLosses(losses => losses with
            {
                Alignment = new SquaredAlignment(), AlignmentWeight = SquaredAlignmentWeight,
            })),
        new("no-contrast", Preset.Paper, "split tokens are not contrasted",
            settings => settings.WithLosses(losses => losses with { ContrastWeight = 0 })),
        new("kmeans", Preset.Paper, "k-means in place of the first FINCH",
            settings => settings.WithPublished(locating => locating with { Clustering = new KMeansClustering() })),
        new("no-filter", Preset.Paper, "clusters that do not stand out are kept",
            settings => settings.WithPublished(locating => locating with { MinSaliency = null })),
        new("random-init", Preset.Paper, "tokens begin anywhere",
            settings => settings.WithLearning(learning => learning with { Start = new RandomRows() })),
        new("no-close-ups", Preset.Express, "words are compared and trained on the whole picture only",
            settings => settings.WithLearning(learning => learning with { CloseUps = null })),
        new("no-word-search", Preset.Express, "tokens begin at the vocabulary's mean",
            settings => settings.WithLearning(learning => learning with { Start = new MeanWord() })),
    ];

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <summary>The method of that name, or null.</summary>
    public static EvaluationMethod? Find(string name) => All.FirstOrDefault(method => method.Name == name);

    /// <summary>The method in a plan.</summary>
    /// <param name="change">What else is chosen; what the method is named for stays.</param>
    public PlannedMethod Planned(Func<ExtractionSettings, ExtractionSettings>? change = null)
    {
        var settings = ExtractionSettings.For(Preset);
        return new PlannedMethod(Name, Change(change?.Invoke(settings) ?? settings), GivenMasks);
    }
}

/// <summary>Changes to parts of settings.</summary>
static class SettingsChanges
{
    public static ExtractionSettings WithLearning(this ExtractionSettings settings, Func<LearningSettings, LearningSettings> change) =>
        settings with { Learning = change(settings.Learning) };

    public static ExtractionSettings WithLosses(this ExtractionSettings settings, Func<LossSettings, LossSettings> change) =>
        settings with { Losses = change(settings.Losses) };

    /// <exception cref="SettingsException">Concepts are located in another way.</exception>
    public static ExtractionSettings WithPublished(this ExtractionSettings settings, Func<PublishedLocating, PublishedLocating> change) =>
        settings.Locating is PublishedLocating published
            ? settings with { Locating = change(published) }
            : throw new SettingsException("this method changes how the published locator works; locating.kind takes published here.");
}
