namespace ConceptExpress.Extraction.Locating;

/// <summary>Decides which links may join clusters. By default all links may.</summary>
/// <param name="MaxDistance">Links longer than this are cut, on every level; null for no limit.</param>
/// <param name="Touching">Returns which pairs of clusters may be linked; null allows all pairs.</param>
sealed record LinkRule(double? MaxDistance = null, LinkRule.Adjacency? Touching = null)
{
    /// <summary>Returns which pairs of clusters may be linked: clusters x clusters values, row by row, symmetric.</summary>
    /// <param name="labels">The cluster of each point, 0 to clusters - 1.</param>
    /// <param name="clusters">Number of clusters.</param>
    public delegate bool[] Adjacency(ReadOnlySpan<int> labels, int clusters);
}

/// <summary>
/// First-neighbor clustering ("Efficient Parameter-free Clustering Using First Neighbor Relations"; method 1, pre-cluster). Two points are
/// linked if one is the first neighbor of the other, or if both have the same first neighbor. Connected points form a cluster. The same is
/// repeated on the clusters' means.
/// </summary>
static class Finch
{
    /// <summary>
    /// Returns all levels, finest first. The first level is always kept. A later level is dropped and ends the hierarchy if it has a single
    /// cluster or merged nothing. A level that reduced the number of clusters by exactly one is the last (published semantics 5).
    /// </summary>
    /// <param name="points">The points, 1 or more, with the distances between cluster means.</param>
    /// <param name="rule">Decides which links may join clusters; null allows all.</param>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static IReadOnlyList<ClusterLevel> Cluster(IClusterDistances points, LinkRule? rule = null)
    {
        if (points.Points < 1) throw new ArgumentException("there are no points to cluster; give at least one");
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
            // The limit applies to the distance itself. Only the recorded largest link counts mutual pairs double.
            if (distance > rule.MaxDistance || (allowed is not null && !allowed[a * clusters + b])) continue;
            sets.Join(a, b);
            largest = Math.Max(largest ?? double.NegativeInfinity, distance * weight);
        }
        var (clusterLabels, count) = sets.Label();
        return new ClusterLevel(Array.ConvertAll(labels, label => clusterLabels[label]), count)
        {
            Neighbours = neighbours,
            MaxLink = largest
        };
    }

    /// <summary>
    /// Returns the pairs with a positive entry in (I+N)(I+N)^T, where N is the 0/1 matrix of first neighbors. Each pair comes once, with
    /// its entry: 2 for mutual first neighbors, 1 for others (published semantics 6).
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
