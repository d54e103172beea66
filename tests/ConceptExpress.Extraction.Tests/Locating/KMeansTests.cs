using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Locating;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class KMeansTests : IDisposable
{
    readonly IDisposable scope = NewDisposeScope();

    [Property(MaxTest = 20)]
    public void HeapsFarApart_AreFound_WhateverTheSeed(int seed)
    {
        using var random = new RandomStream(seed, "test");
        int[] heap = [.. Enumerable.Range(0, 30).Select(i => i * 7 % 3)];
        var places = tensor(heap.SelectMany(i => new[] { 10f * i, 100f - 30 * i }).ToArray(), [30, 2]);
        var level = KMeans.Cluster(places + random.Normal([30, 2], CPU) * 0.1, 3, seed);
        Assert.Equal(3, level.Clusters);
        foreach (var (i, a) in heap.Index())
            foreach (var (j, b) in heap.Index())
                Assert.Equal(a == b, level.Labels[i] == level.Labels[j]);
    }

    [Property(MaxTest = 20)]
    public void Clusters_AreNumberedAsTheyAppear_AndNoneIsEmpty(int seed)
    {
        using var random = new RandomStream(seed, "test");
        var level = KMeans.Cluster(random.Normal([40, 3], CPU), 6, seed);
        Assert.Equal(Enumerable.Range(0, level.Clusters), level.Labels.Distinct());
        Assert.InRange(level.Clusters, 1, 6);
    }

    [Property(MaxTest = 20)]
    public void NoPoint_IsNearerToAnotherClustersMean(int seed)
    {
        using var random = new RandomStream(seed, "test");
        var points = random.Normal([40, 3], CPU);
        var level = KMeans.Cluster(points, 4, seed);
        var means = new DivergenceOfMeans(points).Means(level.Labels, level.Clusters);
        var distances = cdist(points, means);
        for (var i = 0; i < 40; i++)
            Assert.True(distances[i, level.Labels[i]].item<float>() <= distances[i].min().item<float>() + 1e-5f);
    }

    [Fact]
    public void TheSameSeed_GivesTheSameClusters()
    {
        using var random = new RandomStream(3, "test");
        var points = random.Normal([50, 4], CPU);
        Assert.Equal(KMeans.Cluster(points, 5, 8).Labels, KMeans.Cluster(points, 5, 8).Labels);
    }

    [Fact]
    public void FewerDistinctPointsThanClusters_GiveFewerClusters()
    {
        var points = tensor(new float[] { 1, 2, 1, 2, 5 }, [5, 1]);
        Assert.Equal([0, 1, 0, 1, 2], KMeans.Cluster(points, 4, 0).Labels);
        Assert.Equal([0], KMeans.Cluster(points[..1], 10, 0).Labels);
    }

    [Fact]
    public void PointsThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => KMeans.Cluster(ones(3, 2), 0, 0));
        Assert.Throws<ArgumentException>(() => KMeans.Cluster(zeros(0, 2), 2, 0));
        Assert.Throws<ArgumentException>(() => KMeans.Cluster(full([3, 2], float.NaN), 2, 0));
    }

    public void Dispose() => scope.Dispose();
}
