using ConceptExpress.Diffusion;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: n points, d dimensions, k clusters

/// <summary>
/// k-means by Lloyd's iteration, for comparison with <see cref="Finch"/>. The first centers are chosen as in "k-means++: The Advantages of
/// Careful Seeding": each is a point, drawn with a probability proportional to its squared distance from the nearest center so far. At most
/// 100 iterations.
/// </summary>
static class KMeans
{
    const int MaxIterations = 100;

    /// <summary>Clusters points by squared Euclidean distance.</summary>
    /// <param name="points">(n,d) points, fp32, finite, on any device.</param>
    /// <param name="clusters">Number of clusters, 1 or more. The result has fewer if there are fewer distinct points.</param>
    /// <param name="seed">Seed of the first centers. The same seed gives the same clusters.</param>
    /// <exception cref="ArgumentException">
    /// The points are not a matrix with at least one row, <paramref name="clusters"/> is below 1, or a value is not finite.
    /// </exception>
    public static ClusterLevel Cluster(Tensor points, int clusters, long seed)
    {
        if (points.dim() != 2 || points.shape[0] < 1 || clusters < 1)
            throw new ArgumentException(
                $"k-means cannot make {clusters} clusters of a tensor of shape {string.Join('x', points.shape)}; it needs a matrix with at "
                + "least one row, and 1 cluster or more");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (!points.isfinite().all().item<bool>()) throw new ArgumentException("a value of the points to cluster is not finite");
        using var random = new RandomStream(seed, "k-means");
        var (centres, labels) = (FirstCentres(points, clusters, random), Array.Empty<long>());
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            using var each = NewDisposeScope();
            var nearest = SquaredDistances(points, centres).argmin(1);
            long[] next = [.. nearest.cpu().data<long>()];
            if (next.AsSpan().SequenceEqual(labels)) break;
            (labels, centres) = (next, Means(points, nearest, centres).MoveToOuterDisposeScope());
        }
        return Level(labels);
    }

    static Tensor FirstCentres(Tensor points, int clusters, RandomStream random)
    {
        var chosen = new List<long> { random.Integer(points.shape[0]) };
        while (chosen.Count < clusters)
        {
            using var scope = NewDisposeScope();
            var centres = points.index_select(0, tensor(chosen.ToArray(), device: points.device));
            float[] weights = [.. SquaredDistances(points, centres).amin([1]).cpu().data<float>()];
            // Rounding may put a chosen point at a small distance from itself. It must not be drawn again.
            foreach (var point in chosen) weights[point] = 0;
            if (weights.All(weight => weight <= 0)) break;
            chosen.Add(Draw(weights, random.Uniform([1], CPU).item<float>()));
        }
        return points.index_select(0, tensor(chosen.ToArray(), device: points.device));
    }

    /// <summary>Returns the index at which the running sum of the weights passes a share (0 to 1) of their total.</summary>
    static long Draw(float[] weights, double share)
    {
        var left = share * weights.Sum(weight => (double)weight);
        var last = Array.FindLastIndex(weights, weight => weight > 0);
        for (var i = 0; i < last; i++)
            if (weights[i] > 0 && (left -= weights[i]) < 0) return i;
        return last;
    }

    /// <summary>Returns the squared distances of points from centers, (n,k), 0 or more.</summary>
    static Tensor SquaredDistances(Tensor points, Tensor centres) =>
        (points.square().sum(1, keepdim: true) - 2 * points.matmul(centres.t()) + centres.square().sum(1).unsqueeze(0)).clamp_min(0);

    /// <summary>Returns the mean of each cluster's points, (k,d). A cluster without points keeps its center.</summary>
    static Tensor Means(Tensor points, Tensor nearest, Tensor centres)
    {
        var sums = zeros_like(centres).index_add_(0, nearest, points, 1);
        var counts = zeros(centres.shape[0], device: points.device).index_add_(0, nearest, ones(points.shape[0], device: points.device),
            1).unsqueeze(1);
        return where(counts > 0, sums / counts.clamp_min(1), centres);
    }

    /// <summary>Renumbers the labels in the order in which they first appear, as FINCH does.</summary>
    static ClusterLevel Level(long[] labels)
    {
        var numbers = new Dictionary<long, int>();
        foreach (var label in labels) numbers.TryAdd(label, numbers.Count);
        return new ClusterLevel(Array.ConvertAll(labels, label => numbers[label]), numbers.Count);
    }
}
