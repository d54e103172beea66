namespace ConceptExpress.Extraction.Locating;

/// <summary>The distances between all pairs of points: size x size, row by row.</summary>
public sealed class DistanceMatrix
{
    readonly float[] values;

    /// <exception cref="ArgumentException">The values do not form a square of that size, or one is NaN, which is near to nothing.</exception>
    public DistanceMatrix(int size, float[] values)
    {
        if (values.LongLength != (long)size * size)
            throw new ArgumentException($"{values.LongLength} values do not make a {size}x{size} matrix");
        foreach (var value in values)
            if (float.IsNaN(value)) throw new ArgumentException("a distance is not a number");
        Size = size;
        this.values = values;
    }

    public int Size { get; }

    public float this[int a, int b] => values[a * Size + b];

    /// <summary>The nearest other point, the first of equals; a lone point is its own neighbour.</summary>
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
