using ConceptExpress.Extraction.Locating;
using FsCheck.Xunit;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class OtsuTests
{
    [Property]
    public void Threshold_PartsTwoSeparateGroups(int seed)
    {
        var random = new Random(seed);
        var (low, high) = (random.Next(20, 200), random.Next(20, 200));
        float[] values = [.. Values(random, low, 0), .. Values(random, high, 5)];
        random.Shuffle(values);
        var threshold = Otsu.Threshold(values);
        Assert.Equal(high, values.Count(value => value > threshold));
    }

    [Property]
    public void NoOtherSplit_HasLessVarianceWithin(int seed)
    {
        var random = new Random(seed);
        var values = Values(random, random.Next(2, 30), 0);
        var threshold = Otsu.Threshold(values);
        foreach (var split in values.Where(value => value < values.Max()))
            Assert.True(Within(values, threshold) <= Within(values, split) + 1e-9);
    }

    [Property]
    public void Threshold_ScalesWithTheValues(int seed)
    {
        var random = new Random(seed);
        var values = Values(random, random.Next(2, 30), 0);
        Assert.Equal(Otsu.Threshold(values) * 4 - 3, Otsu.Threshold(Array.ConvertAll(values, value => value * 4 - 3)), 1e-5);
    }

    [Fact]
    public void NothingLiesAbove_TheThresholdOfEqualValues() => Assert.Equal(2, Otsu.Threshold([2, 2, 2]));

    [Fact]
    public void WhatCannotBeParted_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Otsu.Threshold([]));
        Assert.Throws<ArgumentException>(() => Otsu.Threshold([1, float.NaN, 2]));
        Assert.Throws<ArgumentException>(() => Otsu.Threshold([1, float.PositiveInfinity]));
    }

    static float[] Values(Random random, int count, float offset)
        => [.. Enumerable.Range(0, count).Select(_ => offset + random.NextSingle())];

    static double Within(float[] values, double threshold)
        => values.GroupBy(value => value > threshold).Sum(group => group.Sum(value => Math.Pow(value - group.Average(), 2)));
}
