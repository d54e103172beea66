namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// The threshold that splits values into two classes of least variance within ("A Threshold Selection Method from Gray-Level Histograms").
/// </summary>
public static class Otsu
{
    /// <summary>
    /// The exact threshold, without a histogram: half way between the two neighbouring values it parts. Equal values have nothing
    /// to part; the threshold is that value, and none lies above it.
    /// </summary>
    /// <exception cref="ArgumentException">No values, or one that is not finite.</exception>
    public static double Threshold(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) throw new ArgumentException("no values to part");
        var sorted = values.ToArray();
        Array.Sort(sorted);
        // NaN sorts first.
        if (!float.IsFinite(sorted[0]) || !float.IsFinite(sorted[^1])) throw new ArgumentException("values to part must be finite");

        var total = 0.0;
        foreach (var value in sorted) total += value;
        var (threshold, best, below) = ((double)sorted[^1], 0.0, 0.0);
        for (var count = 1; count < sorted.Length; count++)
        {
            below += sorted[count - 1];
            if (sorted[count] <= sorted[count - 1]) continue;
            var above = sorted.Length - count;
            var gap = (total - below) / above - below / count;
            var variance = (double)count * above * gap * gap; // between the classes, times the squared number of values
            if (variance > best) (threshold, best) = (((double)sorted[count - 1] + sorted[count]) / 2, variance);
        }
        return threshold;
    }
}
