using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using FsCheck.Xunit;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class LossChartTests
{
    const int Margin = 90; // left of the panels, where labels of losses are

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(14)]
    public void EveryLoss_HasAPanelOfItsOwn_InItsColour(int count)
    {
        var chart = LossChart.Draw(Falling(count));
        for (var i = 0; i < count; i++)
        {
            var color = Rgb.Of(i);
            Assert.True(chart.Where(pixel => pixel == (color.Red, color.Green, color.Blue), rows: Panel(chart, i, count)).Count > 500,
                $"curve {i} is hardly seen");
        }
    }

    [Fact]
    public void EveryPanel_HasLabelsOfItsLoss_AndTheLowestThoseOfSteps()
    {
        var chart = LossChart.Draw(Falling(3));
        for (var i = 0; i < 3; i++) Assert.NotEmpty(chart.Where(IsDark, ..(Margin - 8), Panel(chart, i, 3)));
        Assert.NotEmpty(chart.Where(IsDark, Margin.., ^54..^34));
        Assert.NotEmpty(chart.Where(IsDark, 500..700, ^34..));
    }

    [Fact]
    public void Mark_IsInEveryPanel_BetweenTheStepsThatItParts()
    {
        var (with, without) = (LossChart.Draw(Falling(3), marked: 60), LossChart.Draw(Falling(3)));
        for (var i = 0; i < 3; i++)
        {
            var rows = Panel(with, i, 3);
            var columns = with.Where(IsDark, Margin.., rows).GroupBy(pixel => pixel.X)
                .ToDictionary(column => column.Key, column => column.Count());
            var before = without.Where(IsDark, Margin.., rows).GroupBy(pixel => pixel.X)
                .ToDictionary(column => column.Key, column => column.Count());
            var line = columns.MaxBy(column => column.Value - before.GetValueOrDefault(column.Key)).Key;
            Assert.InRange((line - Margin) / 1080.0, 0.58, 0.61);
            Assert.True(columns[line] > before.GetValueOrDefault(line) + 60, $"the mark of panel {i} is hardly seen");
        }
    }

    /// <summary>The merge changes what is measured: a mean over both sides would be of nothing.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(50, false)]
    public void SmoothedCurve_ClimbsAJump_ButNotOneAtTheMark(int marked, bool climbs)
    {
        var color = Rgb.Of(0);
        var chart = LossChart.Draw([new LossCurve("jump", [.. Enumerable.Range(0, 100).Select(i => (i, i < 50 ? 1.0 : 3))])], marked);
        var rows = chart.Where(pixel => pixel == (color.Red, color.Green, color.Blue)).Select(pixel => pixel.Y).Distinct().ToList();
        var (top, bottom) = (rows.Min(), rows.Max());
        Assert.True(bottom - top > 200);
        Assert.Equal(climbs, rows.Any(row => row > top + 20 && row < bottom - 20));
    }

    [Fact]
    public void Nothing_IsCutOffAtTheEdges()
    {
        var losses = Falling(3)
            .Append(new LossCurve("a loss with a long name that says much",
            [.. Enumerable.Range(0, 100).Select(i => (i * 1000, -1.2345678e7 - 1e3 * i))])).ToList();
        var chart = LossChart.Draw(losses, marked: 99_000);
        foreach (var (columns, rows) in new[] { (..4, ..), (^4.., ..), (.., ..4), (Range.All, ^4..) })
            Assert.Empty(chart.Where(pixel => pixel != (255, 255, 255), columns, rows));
    }

    [Fact]
    public void SameLosses_GiveTheSameBytes() => Assert.Equal(LossChart.Draw(Falling(2), 60).Pixels, LossChart.Draw(Falling(2), 60).Pixels);

    [Fact]
    public void Losses_HaveScalesOfTheirOwn()
    {
        var small = new LossCurve("small", [.. Enumerable.Range(0, 100).Select(i => (i, 1e-5 * (100 - i)))]);
        var large = new LossCurve("large", [.. Enumerable.Range(0, 100).Select(i => (i, 1e5 * (100 - i)))]);
        var chart = LossChart.Draw([small, large]);
        int Extent(int panel)
        {
            var color = Rgb.Of(panel);
            var rows = chart.Where(pixel => pixel == (color.Red, color.Green, color.Blue), rows: Panel(chart, panel, 2))
                .Select(pixel => pixel.Y).ToList();
            return rows.Max() - rows.Min();
        }
        Assert.InRange(Extent(0), Extent(1) - 3, Extent(1) + 3);
        Assert.True(Extent(0) > 120);
    }

    [Property(MaxTest = 25)]
    public void AnyLosses_HaveAChart(float[] first, float[] second, byte marked)
    {
        var chart = LossChart.Draw([Curve("first", first), Curve("second", second)], marked);
        Assert.Equal(1200, chart.Width);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 + 2e-16)]
    [InlineData(1e9)]
    [InlineData(-3e38)]
    [InlineData(1e-45)]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ConstantLosses_HaveAChart(double value)
    {
        var chart =
            LossChart.Draw(
            [new LossCurve("constant", [.. Enumerable.Range(0, 50).Select(i => (i, i == 7 ? Math.BitIncrement(value) : value))])]);
        Assert.Equal(double.IsFinite(value), chart.Where(pixel => pixel == (Rgb.Of(0).Red, Rgb.Of(0).Green, Rgb.Of(0).Blue)).Count > 500);
    }

    [Fact]
    public void NoLosses_AndLossesWithoutSteps_HaveAChart()
    {
        Assert.Equal(1200, LossChart.Draw([]).Width);
        Assert.Equal(1200, LossChart.Draw([new LossCurve("none", [])], marked: 3).Width);
    }

    static Range Panel(RgbImage chart, int index, int count) =>
        ((chart.Height - 54) / count * index)..((chart.Height - 54) / count * (index + 1));

    static bool IsDark((byte Red, byte Green, byte Blue) color) => color is { Red: < 110, Green: < 110, Blue: < 110 };

    static List<LossCurve> Falling(int count) =>
        [.. Enumerable.Range(0, count)
            .Select(k => new LossCurve($"loss {k}", [.. Enumerable.Range(0, 100).Select(i => (i, (1 + k) / (1 + 0.01 * i)))]))];

    static LossCurve Curve(string name, float[] values) => new(name, [.. values.Select((value, step) => (step, (double)value))]);
}
