using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: n cells of a region

/// <summary>The graph of neighboring cells of a region, all edges of weight 1, and the vectors that order its cells for a cut.</summary>
/// <param name="cells">Number of cells, n, at least 2. The graph is connected.</param>
/// <param name="edges">Pairs of neighboring cells, 0 to n - 1, each pair once.</param>
sealed class NeighborGraph(int cells, IReadOnlyList<(int From, int To)> edges)
{
    // About where a whole decomposition, whose time grows with the third power of the cells, begins to take longer than the iteration
    // (docs/experiments/0037-masks-and-confidence.md).
    const int SmallGraph = 24 * 24;

    // Steps of the iteration. On 64x64 cells they leave a residual below 1e-6 of the vector's length.
    const int Steps = 240;

    const double Vanishing = 1e-10;

    /// <summary>Number of neighbors of each cell.</summary>
    public double[] Degrees { get; } = DegreesOf(cells, edges);

    /// <summary>
    /// Returns the vectors by whose values the normalized cut orders cells: the eigenvectors of the normalized graph with the largest
    /// eigenvalues after that of the constant vector, divided by the roots of the degrees. Signs are arbitrary, but the same at every call.
    /// </summary>
    /// <param name="count">Number of vectors, 1 or more; at most n - 1 are returned, fewer if a large graph's eigenvalues repeat.</param>
    public IReadOnlyList<double[]> Vectors(int count) => cells <= SmallGraph ? Direct(count) : Iterated(count);

    internal IReadOnlyList<double[]> Direct(int count)
    {
        using var scope = NewDisposeScope();
        var scale = Array.ConvertAll(Degrees, degree => 1 / Math.Sqrt(degree));
        var graph = new double[cells * cells];
        foreach (var (from, to) in edges) graph[from * cells + to] = graph[to * cells + from] = scale[from] * scale[to];
        var (_, vectors) = linalg.eigh(tensor(graph, [cells, cells])); // ascending: the last one is constant after scaling
        return [.. Enumerable.Range(1, Math.Min(count, cells - 1)).Select(vector =>
            Scaled(vectors.select(1, cells - 1 - vector).contiguous().data<double>().ToArray()))];
    }

    /// <summary>
    /// The same by Lanczos' iteration, which only multiplies by the graph ("An Iteration Method for the Solution of the Eigenvalue
    /// Problem of Linear Differential and Integral Operators"). Each new direction is made orthogonal to all before it, and to the constant
    /// vector, which is known.
    /// </summary>
    internal IReadOnlyList<double[]> Iterated(int count)
    {
        var basis = new List<double[]> { Unit(Array.ConvertAll(Degrees, Math.Sqrt)) };
        var (diagonal, beside) = (new List<double>(), new List<double>());
        // any vector that no shape's symmetry is orthogonal to
        var direction = Unit(Orthogonal([.. Enumerable.Range(1, cells).Select(cell => Math.Sin(cell))], basis));
        while (diagonal.Count < Math.Min(Steps, cells - 1))
        {
            basis.Add(direction);
            var next = Product(direction);
            diagonal.Add(Dot(next, direction));
            next = Orthogonal(next, basis);
            var length = Math.Sqrt(Dot(next, next));
            if (length < Vanishing) break;
            beside.Add(length);
            direction = Unit(next);
        }
        using var scope = NewDisposeScope();
        var size = diagonal.Count;
        var small = diag(tensor(diagonal.ToArray()));
        if (size > 1)
        {
            var off = tensor(beside.Take(size - 1).ToArray());
            small = small + diag(off, 1) + diag(off, -1);
        }
        var (_, mixtures) = linalg.eigh(small);
        return [.. Enumerable.Range(0, Math.Min(count, size)).Select(vector =>
            Scaled(Mixed(mixtures.select(1, size - 1 - vector).contiguous().data<double>().ToArray(), basis)))];
    }

    // Plain loops, because torch's products may differ in the last bits from call to call.
    static double Dot(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++) sum += one[i] * other[i];
        return sum;
    }

    static double[] Unit(double[] vector)
    {
        var length = Math.Sqrt(Dot(vector, vector));
        return Array.ConvertAll(vector, value => value / length);
    }

    // Twice, because rounding leaves a rest at the first time.
    static double[] Orthogonal(double[] vector, List<double[]> basis)
    {
        for (var time = 0; time < 2; time++)
            foreach (var known in basis)
            {
                var share = Dot(vector, known);
                for (var i = 0; i < vector.Length; i++) vector[i] -= share * known[i];
            }
        return vector;
    }

    double[] Mixed(double[] shares, List<double[]> basis)
    {
        var mixed = new double[cells];
        for (var part = 0; part < shares.Length; part++)
            for (var i = 0; i < cells; i++) mixed[i] += shares[part] * basis[part + 1][i]; // the first is the constant vector
        return mixed;
    }

    double[] Product(double[] vector)
    {
        var product = new double[cells];
        foreach (var (from, to) in edges)
        {
            var weight = 1 / Math.Sqrt(Degrees[from] * Degrees[to]);
            product[from] += weight * vector[to];
            product[to] += weight * vector[from];
        }
        return product;
    }

    double[] Scaled(double[] vector) => [.. vector.Zip(Degrees, (value, degree) => value / Math.Sqrt(degree))];

    static double[] DegreesOf(int cells, IReadOnlyList<(int From, int To)> edges)
    {
        var degrees = new double[cells];
        foreach (var (from, to) in edges) (degrees[from], degrees[to]) = (degrees[from] + 1, degrees[to] + 1);
        return degrees;
    }
}
