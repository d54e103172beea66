using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation;

/// <summary>The mask metrics of one scene, or their means over scenes; defined in <see cref="MaskMetrics"/>.</summary>
sealed record SceneScore
{
    /// <summary>See <see cref="MaskMetrics.MeanBestIou"/>; 0 to 1.</summary>
    public required double MeanBestIou { get; init; }

    /// <summary>See <see cref="MaskMetrics.PrecisionRecall"/>; 0 to 1.</summary>
    public required double Precision { get; init; }

    /// <summary>See <see cref="MaskMetrics.PrecisionRecall"/>; 0 to 1.</summary>
    public required double Recall { get; init; }

    /// <summary>See <see cref="MaskMetrics.PrecisionRecall"/>; 0 to 1.</summary>
    public required double F1 { get; init; }

    /// <summary>1 if as many masks were found as there are things, else 0. Over scenes: the share of such scenes.</summary>
    public required double ExactCount { get; init; }

    /// <summary>Difference between the number of found masks and the number of things, without its sign.</summary>
    public required double CountError { get; init; }

    /// <summary>See <see cref="MaskMetrics.InstanceMergeRate"/>; 0 to 1.</summary>
    public required double InstanceMergeRate { get; init; }

    /// <summary>See <see cref="MaskMetrics.BackgroundKeptRate"/>; 0 to 1.</summary>
    public required double BackgroundKeptRate { get; init; }

    /// <summary>Computes all metrics of one scene.</summary>
    /// <param name="found">The masks that were found.</param>
    /// <param name="truth">The true masks, at least one, of the same size.</param>
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

    /// <summary>The mean of every metric over scenes. All scenes have the same weight.</summary>
    /// <exception cref="ArgumentException">There are no scenes.</exception>
    public static SceneScore Mean(IReadOnlyCollection<SceneScore> scenes)
    {
        if (scenes.Count == 0) throw new ArgumentException("there are no scenes to average");
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
