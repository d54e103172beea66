using ConceptExpress.Library.Drawing;
using FsCheck.Xunit;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class SmoothedCurveTests
{
    [Property]
    public void Curve_StaysBetweenLeastAndMost_AndKeepsBothEnds(short[] values)
    {
        var curve = SmoothedCurve.Of(Points(values.Select(value => (double)value)));
        Assert.Equal(Math.Min(values.Length, 600), curve.Count);
        if (values.Length == 0) return;
        Assert.All(curve, point => Assert.InRange(point.Value, values.Min() - 1e-6, values.Max() + 1e-6));
        Assert.Equal(values.Length - 1, curve[^1].Step);
    }

    [Fact]
    public void Line_StaysALine_AwayFromItsEnds()
    {
        var curve = SmoothedCurve.Of(Points(Enumerable.Range(0, 400).Select(i => 3.0 * i)));
        Assert.All(curve.Skip(20).SkipLast(20), point => Assert.Equal(3.0 * point.Step, point.Value, 9));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    public void Noise_IsTakenAway_MoreTheLongerTheRun(int count)
    {
        var random = new Random(1);
        var curve = SmoothedCurve.Of(Points(Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)));
        var left = Math.Sqrt(curve.Average(point => point.Value * point.Value)) / Math.Sqrt(1.0 / 12);
        Assert.InRange(left, 0, 1.2 / Math.Sqrt(Math.Sqrt(count)));
    }

    static List<(int, double)> Points(IEnumerable<double> values) => [.. values.Index()];
}
