using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Tests.Metrics;

public sealed class BootstrapTests
{
    static readonly double[] values = [.. Enumerable.Range(0, 200).Select(i => i % 10 / 10.0)];

    [Fact]
    public void TheInterval_IsThatOfTheMeansDeviation()
    {
        var interval = Bootstrap.OfMean(values, 1)!;
        var deviation = Math.Sqrt(values.Average(value => Math.Pow(value - interval.Mean, 2)) / values.Length);
        Assert.Equal(0.45, interval.Mean, 1e-12);
        Assert.Equal(interval.Mean - 1.96 * deviation, interval.Low, 0.2 * deviation);
        Assert.Equal(interval.Mean + 1.96 * deviation, interval.High, 0.2 * deviation);
    }

    [Fact]
    public void TheSameSeed_GivesTheSameInterval() => Assert.Equal(Bootstrap.OfMean(values, 7), Bootstrap.OfMean(values, 7));

    [Fact]
    public void WhatPicturesHaveInCommon_IsNoPartOfADifference()
    {
        var difference = Bootstrap.OfDifference([.. values.Select(value => value + 0.125)], values, 1)!;
        Assert.Equal((0.125, 0.125), (Math.Round(difference.Low, 9), Math.Round(difference.High, 9)));
        Assert.Throws<ArgumentException>(() => Bootstrap.OfDifference(values, values[..3], 1));
    }

    [Fact]
    public void NoPictures_HaveNoInterval() => Assert.Null(Bootstrap.OfMean([], 1));
}
