using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation;

/// <summary>
/// Compares the masks found in a picture with the true masks of its things. All masks of a picture have the same size; their order does not
/// matter. Each metric throws <see cref="ArgumentException"/> if there are no true masks or sizes differ.
/// </summary>
static class MaskMetrics
{
    /// <summary>The minimum IoU at which a found mask counts as a hit.</summary>
    public const double MatchIou = 0.5;

    /// <summary>
    /// Mean over the true masks of the best IoU that any found mask has with them, 0 to 1. One found mask may be the best for several.
    /// </summary>
    public static double MeanBestIou(IReadOnlyList<Mask> found, IReadOnlyList<Mask> truth)
    {
        RequireTruth(truth);
        return truth.Average(thing => found.Select(mask => mask.Iou(thing)).DefaultIfEmpty(0).Max());
    }

    /// <summary>Matches found and true masks one to one so that the total IoU is maximal. Pairs without overlap are left out.</summary>
    /// <returns>Indices of the found and the true mask of each pair, with their IoU, 0 to 1.</returns>
    public static IReadOnlyList<(int Found, int Truth, double Iou)> Match(IReadOnlyList<Mask> found, IReadOnlyList<Mask> truth)
    {
        RequireTruth(truth);
        var iou = new double[found.Count, truth.Count];
        for (var i = 0; i < found.Count; i++)
            for (var j = 0; j < truth.Count; j++)
                iou[i, j] = found[i].Iou(truth[j]);
        var pairs = Assignment.Maximize(iou).Select(pair => (Found: pair.Row, Truth: pair.Column, Iou: iou[pair.Row, pair.Column]));
        return [.. pairs.Where(pair => pair.Iou > 0)];
    }

    /// <summary>
    /// Precision, recall and F1, each 0 to 1. Hits are the pairs of <see cref="Match"/> with an IoU of at least <see cref="MatchIou"/>.
    /// Precision is hits per found mask (0 if nothing was found), recall is hits per true mask, F1 is their harmonic mean (0 without hits).
    /// </summary>
    public static (double Precision, double Recall, double F1) PrecisionRecall(IReadOnlyList<Mask> found, IReadOnlyList<Mask> truth)
    {
        var hits = Match(found, truth).Count(pair => pair.Iou >= MatchIou);
        var precision = found.Count > 0 ? (double)hits / found.Count : 0;
        return (precision, (double)hits / truth.Count, 2.0 * hits / (found.Count + truth.Count));
    }

    /// <summary>Share of the found masks that cover at least half of each of two or more true masks; 0 if nothing was found.</summary>
    public static double InstanceMergeRate(IReadOnlyList<Mask> found, IReadOnlyList<Mask> truth)
    {
        RequireTruth(truth);
        return Share(found, mask => truth.Count(thing => thing.Area > 0 && 2 * mask.Overlap(thing) >= thing.Area) >= 2);
    }

    /// <summary>
    /// Share of the found masks with less than half of their pixels on the union of the true masks; 0 if nothing was found.
    /// </summary>
    public static double BackgroundKeptRate(IReadOnlyList<Mask> found, IReadOnlyList<Mask> truth)
    {
        RequireTruth(truth);
        var things = Mask.Union(truth);
        return Share(found, mask => 2 * mask.Overlap(things) < mask.Area);
    }

    static double Share(IReadOnlyList<Mask> masks, Func<Mask, bool> counts)
        => masks.Count > 0 ? (double)masks.Count(counts) / masks.Count : 0;

    static void RequireTruth(IReadOnlyList<Mask> truth)
    {
        if (truth.Count == 0) throw new ArgumentException("there are no true masks to compare with");
    }
}
