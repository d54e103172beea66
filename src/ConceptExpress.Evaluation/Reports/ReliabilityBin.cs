namespace ConceptExpress.Evaluation.Reports;

/// <summary>
/// How often concepts of about the same confidence are right: found with an IoU of .5 or more with the thing matched with them.
/// </summary>
/// <param name="From">The bin's lower bound, 0 to 0.9; a confidence of exactly 1 counts to the last bin.</param>
/// <param name="Concepts">Number of concepts in the bin, 1 or more.</param>
/// <param name="Confidence">Their mean confidence, 0 to 1.</param>
/// <param name="Right">The share of them that is right, 0 to 1.</param>
public sealed record ReliabilityBin(double From, int Concepts, double Confidence, double Right)
{
    const int Bins = 10;

    /// <summary>Returns the bins that have concepts, from low to high; none if no concept has a confidence and a truth.</summary>
    /// <param name="pictures">Results on pictures; those without true masks do not count.</param>
    internal static IReadOnlyList<ReliabilityBin> Of(IEnumerable<PictureResult> pictures) =>
    [
        .. pictures.Where(picture => picture.Truths > 0).SelectMany(picture => picture.Concepts)
            .Where(concept => concept.Confidence is not null)
            .GroupBy(concept => Math.Min((int)(concept.Confidence!.Value * Bins), Bins - 1)).OrderBy(bin => bin.Key)
            .Select(bin => new ReliabilityBin((double)bin.Key / Bins, bin.Count(), bin.Average(concept => concept.Confidence!.Value),
                bin.Average(concept => concept.Iou >= MaskMetrics.MatchIou ? 1.0 : 0))),
    ];

    /// <summary>The expected calibration error: the mean distance of confidence and share, weighted by concepts, 0 to 1.</summary>
    internal static double Error(IReadOnlyList<ReliabilityBin> bins) =>
        bins.Sum(bin => bin.Concepts * Math.Abs(bin.Confidence - bin.Right)) / bins.Sum(bin => bin.Concepts);
}
