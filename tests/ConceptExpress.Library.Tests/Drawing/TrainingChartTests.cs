using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Tests.Concepts;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class TrainingChartTests
{
    [Fact]
    public void Curves_AreTheLossesOfTheSteps_InTheirOrder()
    {
        var steps = Reports.Steps(30).Steps;
        var curves = TrainingChart.Curves(steps);
        Assert.Equal(["denoising", "alignment", "contrast", "total"], curves.Select(curve => curve.Name));
        Assert.Equal([30, 30, 10, 30], curves.Select(curve => curve.Points.Count));
        Assert.Equal(steps.Select(step => (step.Step, step.Losses["alignment"])), curves[1].Points);
    }

    [Fact]
    public void ALossThatNobodyKnows_HasACurve_WhereverItBegins()
    {
        OptimizerStepDone[] steps = [Step(0, Reports.Losses(1, 2, 3, 9)),
            Step(1, new LossValues([new("denoising", 1), new("sharpness", 5)], 9)), Step(2, new LossValues([], 7))];
        var curves = TrainingChart.Curves(steps);
        Assert.Equal(["denoising", "alignment", "contrast", "sharpness", "total"], curves.Select(curve => curve.Name));
        Assert.Equal([(1, 5.0)], curves[3].Points);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1e-5, false)]
    [InlineData(0.1, true)]
    public void Total_IsLeftOut_WhereASingleTermLooksTheSame(double weight, bool shown) =>
        Assert.Equal(shown, ShowsTotal(i => (1.0 / (1 + i), 1.0 / (1 + i) + weight * i)));

    [Fact]
    public void Total_IsComparedAlsoWhereItIsNotFinite()
    {
        Assert.False(ShowsTotal(i => i > 5 ? (double.NaN, double.NaN) : (i, i)));
        Assert.True(ShowsTotal(i => i > 5 ? (1, double.NaN) : (i, i)));
        Assert.True(ShowsTotal(i => i > 5 ? (1, double.PositiveInfinity) : (i, i)));
        Assert.False(ShowsTotal(_ => (double.NaN, double.NaN)));
    }

    [Fact]
    public void Total_IsShown_WhereNoTermHasAllSteps()
    {
        OptimizerStepDone[] steps = [Step(0, new LossValues([new("a", 1)], 1)), Step(1, new LossValues([new("b", 1)], 1))];
        Assert.Equal(["a", "b", "total"], TrainingChart.Curves(steps).Select(curve => curve.Name));
    }

    [Fact]
    public void Merge_IsMarked_AtTheFirstMergedStep()
    {
        var steps = Reports.Steps(30).Steps;
        Assert.Equal(LossChart.Draw(TrainingChart.Curves(steps), marked: 10).Pixels, TrainingChart.Draw(steps).Pixels);
        OptimizerStepDone[] split = [.. steps.Take(10)], merged = [.. steps.Skip(10).Select(step => step with { Step = step.Step - 10 })];
        Assert.Equal(LossChart.Draw(TrainingChart.Curves(split)).Pixels, TrainingChart.Draw(split).Pixels);
        Assert.Equal(LossChart.Draw(TrainingChart.Curves(merged)).Pixels, TrainingChart.Draw(merged).Pixels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Chart_CanBeDrawnOfHardlyAnything(int steps) => Assert.Equal(1200, TrainingChart.Draw(Reports.Steps(steps).Steps).Width);

    static bool ShowsTotal(Func<int, (double Denoising, double Total)> values) => TrainingChart.Curves(
        [.. Enumerable.Range(0, 20).Select(i => Step(i, Reports.Losses(values(i).Denoising, 100 + i, null, values(i).Total)))])
            .Any(curve => curve.Name == LossValues.TotalName);

    static OptimizerStepDone Step(int step, LossValues losses) => new(Phases.LearnMergedTokens, 0, step, "a photo of <asset0>", losses, 1);
}
