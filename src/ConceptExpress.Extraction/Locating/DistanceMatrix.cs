namespace ConceptExpress.Extraction.Locating;

/// <summary>The distances between all pairs of points: a square matrix, row by row.</summary>
sealed class DistanceMatrix
{
    readonly float[] values;

    /// <summary>Wraps <paramref name="values"/> without copying, so do not change it afterwards.</summary>
    /// <param name="size">Number of points.</param>
    /// <param name="values">size x size distances, row by row.</param>
    /// <exception cref="ArgumentException">
    /// There are not size x size values, or one is NaN, for which no nearest point is defined.
    /// </exception>
    public DistanceMatrix(int size, float[] values)
    {
        if (values.LongLength != (long)size * size)
            throw new ArgumentException($"a {size}x{size} matrix of distances needs {(long)size * size} values, not {values.LongLength}");
        foreach (var value in values)
            if (float.IsNaN(value)) throw new ArgumentException("a distance is not a number (NaN)");
        Size = size;
        this.values = values;
    }

    /// <summary>Number of points.</summary>
    public int Size { get; }

    /// <summary>The distance between two points.</summary>
    public float this[int a, int b] => values[a * Size + b];

    /// <summary>Returns the nearest other point; among equally near ones, the first. A single point is its own neighbor.</summary>
    public int Nearest(int point)
    {
        var row = values.AsSpan(point * Size, Size);
        var (nearest, least) = (-1, float.PositiveInfinity);
        for (var other = 0; other < row.Length; other++)
        {
            if (other == point || (row[other] >= least && nearest >= 0)) continue;
            (nearest, least) = (other, row[other]);
        }
        return Math.Max(nearest, 0);
    }
}
