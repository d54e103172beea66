using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation;

/// <summary>The metrics of one scene, or their means over scenes. See <see cref="MaskMetrics"/> for what they mean.</summary>
public sealed record SceneScore
{
    public required double MeanBestIou { get; init; }

    public required double Precision { get; init; }

    public required double Recall { get; init; }

    public required double F1 { get; init; }

    /// <summary>1 when as many masks were found as there are things, else 0; over scenes the share of such scenes.</summary>
    public required double ExactCount { get; init; }

    /// <summary>How many masks too many or too few were found.</summary>
    public required double CountError { get; init; }

    public required double InstanceMergeRate { get; init; }

    public required double BackgroundKeptRate { get; init; }

    /// <summary>Scores a scene.</summary>
    /// <param name="found">The masks found.</param>
    /// <param name="truth">The true masks, of the same size.</param>
    /// <exception cref="ArgumentException">There are no true masks, or sizes differ.</exception>
    public static SceneScore Of(IReadOnlyList<Mask> found, IReadOnlyList<Mask> truth)
    {
        var (precision, recall, f1) = MaskMetrics.PrecisionRecall(found, truth);
        return new SceneScore
        {
            MeanBestIou = MaskMetrics.MeanBestIou(found, truth),
            Precision = precision,
            Recall = recall,
            F1 = f1,
            ExactCount = found.Count == truth.Count ? 1 : 0,
            CountError = Math.Abs(found.Count - truth.Count),
            InstanceMergeRate = MaskMetrics.InstanceMergeRate(found, truth),
            BackgroundKeptRate = MaskMetrics.BackgroundKeptRate(found, truth),
        };
    }

    /// <summary>The mean of every metric; each scene counts the same.</summary>
    /// <exception cref="ArgumentException">There are no scenes.</exception>
    public static SceneScore Mean(IReadOnlyCollection<SceneScore> scenes)
    {
        if (scenes.Count == 0) throw new ArgumentException("no scenes to average");
        return new SceneScore
        {
            MeanBestIou = scenes.Average(scene => scene.MeanBestIou),
            Precision = scenes.Average(scene => scene.Precision),
            Recall = scenes.Average(scene => scene.Recall),
            F1 = scenes.Average(scene => scene.F1),
            ExactCount = scenes.Average(scene => scene.ExactCount),
            CountError = scenes.Average(scene => scene.CountError),
            InstanceMergeRate = scenes.Average(scene => scene.InstanceMergeRate),
            BackgroundKeptRate = scenes.Average(scene => scene.BackgroundKeptRate),
        };
    }
}
