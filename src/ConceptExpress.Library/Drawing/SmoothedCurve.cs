namespace ConceptExpress.Library.Drawing;

/// <summary>Smooths a curve, to remove the noise of single steps.</summary>
static class SmoothedCurve
{
    const int MaxPoints = 600; // more than a chart has columns would take time and not be visible

    /// <summary>
    /// Returns up to 600 points, the last at the last step. Each is a weighted mean of its neighborhood; weights fall linearly with
    /// distance.
    /// </summary>
    /// <param name="points">Steps and finite values, in order.</param>
    public static IReadOnlyList<(int Step, double Value)> Of(IReadOnlyList<(int Step, double Value)> points)
    {
        var count = Math.Min(points.Count, MaxPoints);
        // on each side; longer runs get less noise, and a window that is a smaller share of the run
        var reach = (int)Math.Sqrt(points.Count);
        var places = Enumerable.Range(1, count).Select(i => (int)((long)i * points.Count / count) - 1);
        return [.. places.Select(at => (points[at].Step, MeanAround(points, at, reach)))];
    }

    static double MeanAround(IReadOnlyList<(int Step, double Value)> points, int at, int reach)
    {
        var (sum, weights) = (0.0, 0.0);
        for (var i = Math.Max(0, at - reach); i <= Math.Min(points.Count - 1, at + reach); i++)
        {
            var weight = reach + 1 - Math.Abs(i - at);
            (sum, weights) = (sum + weight * points[i].Value, weights + weight);
        }
        return sum / weights;
    }
}
