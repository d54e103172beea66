using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>The figures that are computed from masks alone, without a viewer; see <see cref="SceneScore"/>.</summary>
static class MaskFigures
{
    public static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new("meanBestIoU", "mean best IoU", Leading: true),
        new("matchedIoU", "matched IoU"),
        new("precision50", "precision .5"),
        new("recall50", "recall .5"),
        new("f50", "F1 .5"),
        new("exactCount", "exact count"),
        new("countError", "count error", MoreIsBetter: false),
        new("instanceMergeRate", "instances merged", MoreIsBetter: false),
        new("backgroundKeptRate", "background kept", MoreIsBetter: false),
        new("matched", "things matched"),
    ];

    /// <summary>The figures of an item; empty if the picture has no true masks.</summary>
    public static ItemFigures Of(ItemRecord record)
    {
        if (record.Score is not { } score) return new ItemFigures(new Dictionary<string, double>(), []);
        double?[] values =
        [
            score.MeanBestIou, Hits(record).Select(iou => (double?)iou).Average(), score.Precision, score.Recall, score.F1,
            score.ExactCount, score.CountError, score.InstanceMergeRate,
            score.BackgroundKeptRate, (double)record.Concepts.Count(concept => concept.Truth is not null) / record.Truths,
        ];
        return new ItemFigures(Columns.Zip(values).Where(pair => pair.Second is not null)
            .ToDictionary(pair => pair.First.Name, pair => pair.Second!.Value), []);
    }

    static IEnumerable<double> Hits(ItemRecord record) =>
        record.Concepts.Select(concept => concept.Iou).Where(iou => iou >= MaskMetrics.MatchIou);
}
