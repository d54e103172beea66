namespace ConceptExpress.Evaluation.Reports;

/// <summary>A figure of a method: one value per picture, and their mean.</summary>
/// <param name="Name">In JSON and CSV.</param>
/// <param name="Label">In tables.</param>
/// <param name="MoreIsBetter">Whether a larger value is the better one.</param>
public sealed record MetricColumn(string Name, string Label, bool MoreIsBetter = true)
{
    /// <summary>The encoders that similarities and accuracies are told of.</summary>
    public static IReadOnlyList<string> Encoders { get; } = ["clip", "dino"];

    /// <summary>What masks tell (<see cref="SceneScore"/>).</summary>
    public static IReadOnlyList<MetricColumn> OfMasks { get; } =
    [
        new("meanBestIoU", "mean best IoU"), new("precision50", "precision .5"), new("recall50", "recall .5"), new("f50", "F1 .5"),
        new("exactCount", "exact count"), new("countError", "count error", MoreIsBetter: false),
        new("instanceMergeRate", "instances merged", MoreIsBetter: false), new("backgroundKeptRate", "background kept", MoreIsBetter: false),
    ];

    /// <summary>All figures, in order: of masks, of encoders (<see cref="Metrics.UceMetrics"/>), of the judge.</summary>
    public static IReadOnlyList<MetricColumn> All { get; } =
    [
        .. OfMasks, new("matched", "things matched"),
        .. Encoders.SelectMany(encoder => new MetricColumn[]
        {
            new(SimI(encoder), $"SIM^I {encoder}"), new(SimC(encoder), $"SIM^C {encoder}"),
            new(Acc(encoder, 1), $"ACC^1 {encoder}"), new(Acc(encoder, 3), $"ACC^3 {encoder}"),
        }),
        new("judgeCategory", "judge: category"), new("judgeColor", "judge: colour"), new("judgePattern", "judge: pattern"), new("judgeAll", "judge: all three"),
    ];

    public static string SimI(string encoder) => $"{encoder}SimI";

    public static string SimC(string encoder) => $"{encoder}SimC";

    public static string Acc(string encoder, int k) => $"{encoder}Acc{k}";
}
