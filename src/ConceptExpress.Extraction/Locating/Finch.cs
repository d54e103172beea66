namespace ConceptExpress.Extraction.Locating;

/// <summary>Which links may join clusters; by default all may.</summary>
/// <param name="MaxDistance">Longer links are cut, on every level; null cuts none.</param>
/// <param name="Touching">From the labels of the points and their number of clusters, which clusters may be linked
/// (clusters x clusters, row by row, symmetric); null allows all.</param>
public sealed record LinkRule(double? MaxDistance = null, LinkRule.Adjacency? Touching = null)
{
    public delegate bool[] Adjacency(ReadOnlySpan<int> labels, int clusters);
}

/// <summary>
/// First-neighbour clustering ("Efficient Parameter-free Clustering Using First Neighbor Relations"): points are linked when one is the
/// other's first neighbour or both share one; connected points form a cluster; repeat on the clusters' means.
/// </summary>
public static class Finch
{
    /// <summary>
    /// Every level, finest first. The first level always stands. A later one is dropped, and ends the hierarchy, when it has a
    /// single cluster or merged nothing; one that merged exactly one pair is the last (both as in the published code).
    /// </summary>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static IReadOnlyList<ClusterLevel> Cluster(IClusterDistances points, LinkRule? rule = null)
    {
        if (points.Points < 1) throw new ArgumentException("nothing to cluster");
        rule ??= new LinkRule();
        var levels = new List<ClusterLevel> { NextLevel(points, [.. Enumerable.Range(0, points.Points)], points.Points, rule) };
        for (var merged = int.MaxValue; merged != 1;)
        {
            var last = levels[^1];
            var next = NextLevel(points, last.Labels, last.Clusters, rule);
            merged = last.Clusters - next.Clusters;
            if (next.Clusters == 1 || merged == 0) break;
            levels.Add(next);
        }
        return levels;
    }

    static ClusterLevel NextLevel(IClusterDistances points, int[] labels, int clusters, LinkRule rule)
    {
        var distances = points.BetweenMeans(labels, clusters);
        var allowed = rule.Touching?.Invoke(labels, clusters);
        var neighbours = new int[clusters];
        for (var i = 0; i < clusters; i++) neighbours[i] = distances.Nearest(i);

        var sets = new DisjointSets(clusters);
        double? largest = null;
        foreach (var (a, b, weight) in Links(neighbours))
        {
            var distance = distances[a, b];
            // The limit is for the distance itself; only the record of the largest link counts mutual pairs double.
            if (distance > rule.MaxDistance || (allowed is not null && !allowed[a * clusters + b])) continue;
            sets.Join(a, b);
            largest = Math.Max(largest ?? double.NegativeInfinity, distance * weight);
        }
        var (clusterLabels, count) = sets.Label();
        return new ClusterLevel(Array.ConvertAll(labels, label => clusterLabels[label]), count) { Neighbours = neighbours, LargestLink = largest };
    }

    /// <summary>
    /// The pairs with a positive entry in (I+N)(I+N)^T, N the 0/1 matrix of first neighbours, each pair once with its entry:
    /// 2 for mutual first neighbours, else 1.
    /// </summary>
    static IEnumerable<(int A, int B, int Weight)> Links(int[] neighbours)
    {
        var followers = new List<int>[neighbours.Length];
        for (var i = 0; i < neighbours.Length; i++)
        {
            var neighbour = neighbours[i];
            if (neighbour == i) continue;
            var mutual = neighbours[neighbour] == i;
            if (!mutual || i < neighbour) yield return (i, neighbour, mutual ? 2 : 1);

            var sharing = followers[neighbour] ??= [];
            foreach (var other in sharing) yield return (other, i, 1);
            sharing.Add(i);
        }
    }
}
