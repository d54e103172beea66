namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Otsu's threshold, which splits values into two classes with the smallest variance within the classes ("A Threshold Selection Method from
/// Gray-Level Histograms").
/// </summary>
static class Otsu
{
    /// <summary>
    /// Returns the exact threshold, computed without a histogram: half way between two neighboring values. If all values are equal, the
    /// threshold is that value, and no value lies above it.
    /// </summary>
    /// <param name="values">The values, at least one, finite, in any order.</param>
    /// <exception cref="ArgumentException">There are no values, or one is not finite.</exception>
    public static double Threshold(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) throw new ArgumentException("there are no values to split by a threshold; give at least one");
        var sorted = values.ToArray();
        Array.Sort(sorted);
        // NaN sorts first.
        if (!float.IsFinite(sorted[0]) || !float.IsFinite(sorted[^1]))
            throw new ArgumentException("a value to split by a threshold is not finite; all values must be finite");

        var total = 0.0;
        foreach (var value in sorted) total += value;
        var (threshold, best, below) = ((double)sorted[^1], 0.0, 0.0);
        for (var count = 1; count < sorted.Length; count++)
        {
            below += sorted[count - 1];
            if (sorted[count] <= sorted[count - 1]) continue;
            var above = sorted.Length - count;
            var gap = (total - below) / above - below / count;
            var variance = (double)count * above * gap * gap; // variance between the classes, times the squared number of values
            if (variance > best) (threshold, best) = (((double)sorted[count - 1] + sorted[count]) / 2, variance);
        }
        return threshold;
    }
}
