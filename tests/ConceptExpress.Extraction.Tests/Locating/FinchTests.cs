using ConceptExpress.Extraction.Locating;
using FsCheck.Xunit;

namespace ConceptExpress.Extraction.Tests.Locating;

public sealed class FinchTests
{
    [Property(MaxTest = 50)]
    public void Finch_IsInvariantToPermutation(int seed)
    {
        var random = new Random(seed);
        var points = Points(random, random.Next(1, 60));
        var order = Enumerable.Range(0, points.Length).ToArray();
        random.Shuffle(order);
        var (levels, permuted) = (Finch.Cluster(new Line(points)), Finch.Cluster(new Line([.. order.Select(i => points[i])])));
        Assert.Equal(levels.Count, permuted.Count);
        foreach (var (level, other) in levels.Zip(permuted))
        {
            Assert.Equal(level.Clusters, other.Clusters);
            Assert.Equal(level.Clusters, order.Select((from, to) => (level.Labels[from], other.Labels[to])).Distinct().Count());
        }
    }

    [Property(MaxTest = 50)]
    public void Levels_AreNested_AndEverCoarser(int seed)
    {
        var random = new Random(seed);
        var levels = Finch.Cluster(new Line(Points(random, random.Next(1, 80))));
        foreach (var (fine, coarse) in levels.Zip(levels.Skip(1)))
        {
            Assert.InRange(coarse.Clusters, 2, fine.Clusters - 1);
            Assert.Equal(fine.Clusters, fine.Labels.Zip(coarse.Labels).Distinct().Count());
        }
    }

    [Property(MaxTest = 50)]
    public void Labels_AreNumberedByFirstAppearance(int seed)
    {
        var random = new Random(seed);
        foreach (var level in Finch.Cluster(new Line(Points(random, random.Next(1, 60)))))
            Assert.Equal(Enumerable.Range(0, level.Clusters), level.Labels.Distinct());
    }

    [Property(MaxTest = 50)]
    public void FirstNeighbours_ShareACluster(int seed)
    {
        var random = new Random(seed);
        var level = Finch.Cluster(new Line(Points(random, random.Next(2, 60))))[0];
        for (var i = 0; i < level.Neighbours.Length; i++) Assert.Equal(level.Labels[i], level.Labels[level.Neighbours[i]]);
    }

    [Fact]
    public void MutualNeighbours_CountTwice_InTheLargestLink()
    {
        // Neighbours: 0 and 1 each other (distance 1), 2 follows 1 (distance 1.5) and so shares it with 0 (distance 2.5).
        Assert.Equal(2.5, Finch.Cluster(new Line([0, 1, 2.5f]))[0].MaxLink);
        // 0 and 3 each other only: twice 3.
        Assert.Equal(6, Finch.Cluster(new Line([0, 3]))[0].MaxLink);
    }

    [Fact]
    public void TheLimitOnLinks_IsForTheDistanceItself()
    {
        Assert.Equal(1, Finch.Cluster(new Line([0, 3]), new LinkRule(3))[0].Clusters);
        Assert.Equal(2, Finch.Cluster(new Line([0, 3]), new LinkRule(2.9))[0].Clusters);
    }

    [Fact]
    public void PointsThatShareAFirstNeighbour_StayTogether_WhenTheirLinksToItAreForbidden()
    {
        bool[] onlyTheOuter = [false, false, true, false, false, false, true, false, false];
        var level = Finch.Cluster(new Line([0, 1, 2.5f]), new LinkRule(Touching: (_, _) => onlyTheOuter))[0];
        Assert.Equal([0, 1, 0], level.Labels);
    }

    [Fact]
    public void ALevelThatMergedOnePair_IsTheLast()
    {
        // Five pairs, of which only the first two may go on merging.
        float[] points = [0, 1, 10, 11, 30, 31, 40, 41, 1000, 1001];
        LinkRule.Adjacency rule = (_, clusters) =>
        {
            var allowed = new bool[clusters * clusters];
            Array.Fill(allowed, clusters == points.Length);
            if (clusters < points.Length) allowed[1] = allowed[clusters] = true;
            return allowed;
        };
        Assert.Equal([5, 4], Finch.Cluster(new Line(points), new LinkRule(Touching: rule)).Select(level => level.Clusters));
    }

    [Fact]
    public void LonePoint_IsOneCluster()
    {
        var level = Assert.Single(Finch.Cluster(new Line([7])));
        Assert.Equal((1, null), (level.Clusters, level.MaxLink));
    }

    [Fact]
    public void NoPoints_AreRefused() => Assert.Throws<ArgumentException>(() => Finch.Cluster(new Line([])));

    static float[] Points(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 1000)];

    /// <summary>Points on a line.</summary>
    sealed class Line(float[] positions) : IClusterDistances
    {
        public int Points => positions.Length;

        public DistanceMatrix BetweenMeans(ReadOnlySpan<int> labels, int clusters)
        {
            var members = new List<double>[clusters];
            for (var i = 0; i < labels.Length; i++) (members[labels[i]] ??= []).Add(positions[i]);
            // Sorted, so that the sum does not depend on the order of the points.
            double[] means = [.. members.Select(values => values.Order().Average())];
            return new DistanceMatrix(clusters, [.. from a in means from b in means select (float)Math.Abs(a - b)]);
        }
    }
}
