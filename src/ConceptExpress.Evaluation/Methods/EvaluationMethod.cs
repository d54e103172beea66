using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Evaluation.Methods;

/// <summary>A method to compare: a preset with a change to its settings. Methods differ in settings only, never in code.</summary>
/// <param name="Name">The name that selects it, in lower case, such as <c>no-split</c>.</param>
/// <param name="Preset">The preset whose settings it starts from.</param>
/// <param name="Meaning">A short description, for help texts.</param>
/// <param name="Change">
/// Returns the settings with its change. It is applied last, so that no other choice undoes it. It may throw
/// <see cref="SettingsException"/> if it does not fit the settings.
/// </param>
/// <param name="GivenMasks">
/// Whether it learns on the true masks; otherwise it locates concepts itself. The default is false.
/// </param>
public sealed record EvaluationMethod(
    string Name, Preset Preset, string Meaning, Func<ExtractionSettings, ExtractionSettings> Change, bool GivenMasks = false)
{
    // The weight of the attention loss in "Break-A-Scene: Extracting Multiple Concepts from a Single Image".
    const double SquaredAlignmentWeight = 1e-2;

    /// <summary>
    /// All methods: the two presets, the paper's comparisons and ablations (method 4), and ablations of the preset Express. The choices
    /// that the paper leaves open are in <c>docs/deviations.md</c>, part 1.
    /// </summary>
    public static IReadOnlyList<EvaluationMethod> All { get; } =
    [
        new("paper", Preset.Paper, "as published", settings => settings),
        new("express", Preset.Express, "the default", settings => settings),
        new("given-masks", Preset.Paper, "learns on the true masks", settings => settings, GivenMasks: true),
        new("no-split", Preset.Paper, "one token per concept from the start",
            settings => settings.WithLearning(learning => learning with { SplitTokens = 1 })),
        new("no-alignment", Preset.Paper, "no attention alignment",
            settings => settings.WithLosses(losses => losses with { AlignmentWeight = 0 })),
        new("mse-alignment", Preset.Paper, "attention alignment by squared differences",
            settings => settings.WithLosses(losses => losses with
            {
                Alignment = new SquaredAlignment(), AlignmentWeight = SquaredAlignmentWeight,
            })),
        new("no-contrast", Preset.Paper, "no token contrast",
            settings => settings.WithLosses(losses => losses with { ContrastWeight = 0 })),
        new("kmeans", Preset.Paper, "k-means instead of the first FINCH",
            settings => settings.WithPublished(locating => locating with { Clustering = new KMeansClustering() })),
        new("no-filter", Preset.Paper, "clusters are not filtered by saliency",
            settings => settings.WithPublished(locating => locating with { MinSaliency = null })),
        new("random-init", Preset.Paper, "tokens start from random vectors",
            settings => settings.WithLearning(learning => learning with { Start = new RandomRows() })),
        new("no-close-ups", Preset.Express, "word search and learning on the whole picture only",
            settings => settings.WithLearning(learning => learning with { CloseUps = null })),
        new("no-word-search", Preset.Express, "tokens start from the vocabulary's mean",
            settings => settings.WithLearning(learning => learning with { Start = new MeanWord() })),
    ];

    /// <summary>The names of <see cref="All"/>, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <summary>Returns the method with this name; null if there is none.</summary>
    /// <param name="name">One of <see cref="Names"/>. Capitals count.</param>
    public static EvaluationMethod? Find(string name) => All.FirstOrDefault(method => method.Name == name);

    /// <summary>Returns this method as part of a plan. Ranges are checked only by <see cref="EvaluationPlan.Validated"/>.</summary>
    /// <param name="change">
    /// Further changes to the preset's settings, applied before the method's own <see cref="Change"/>; null for none. The default is null.
    /// </param>
    /// <exception cref="SettingsException">
    /// The method changes the published locator (<c>kmeans</c>, <c>no-filter</c>), but <paramref name="change"/> chose another one.
    /// </exception>
    public PlannedMethod Planned(Func<ExtractionSettings, ExtractionSettings>? change = null)
    {
        var settings = ExtractionSettings.For(Preset);
        return new PlannedMethod(Name, Change(change?.Invoke(settings) ?? settings), GivenMasks);
    }
}

/// <summary>Changes one part of the settings.</summary>
static class SettingsChanges
{
    public static ExtractionSettings WithLearning(this ExtractionSettings settings, Func<LearningSettings, LearningSettings> change) =>
        settings with { Learning = change(settings.Learning) };

    public static ExtractionSettings WithLosses(this ExtractionSettings settings, Func<LossSettings, LossSettings> change) =>
        settings with { Losses = change(settings.Losses) };

    /// <exception cref="SettingsException">The settings use another locator than the published one.</exception>
    public static ExtractionSettings WithPublished(this ExtractionSettings settings, Func<PublishedLocating, PublishedLocating> change) =>
        settings.Locating is PublishedLocating published
            ? settings with { Locating = change(published) }
            : throw new SettingsException("this method changes the published locator; locating.kind must be published here.");
}
