namespace ConceptExpress.Library.Drawing;

/// <summary>A curve without the noise of single steps.</summary>
static class SmoothedCurve
{
    const int MostPoints = 600; // more than a chart has columns would cost time and show nothing

    /// <summary>Means of the points around each point, nearer ones weighing more; the last one stands at the last point.</summary>
    /// <param name="points">Finite values, in order.</param>
    public static IReadOnlyList<(int Step, double Value)> Of(IReadOnlyList<(int Step, double Value)> points)
    {
        var count = Math.Min(points.Count, MostPoints);
        var reach = (int)Math.Sqrt(points.Count); // on either side: noise falls as the run grows, and so does what is blurred
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
