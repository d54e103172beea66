namespace ConceptExpress.Evaluation.Metrics;

/// <summary>The raw cosine of two feature vectors, the basis of all similarities of the evaluation (method 4).</summary>
static class Cosine
{
    /// <summary>a·b / (|a| |b|), -1 to 1; 0 if a vector is zero.</summary>
    /// <exception cref="ArgumentException">The vectors differ in length.</exception>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"features of {a.Length} and {b.Length} values cannot be compared");
        var (product, squareA, squareB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            squareA += (double)a[i] * a[i];
            squareB += (double)b[i] * b[i];
        }
        var lengths = Math.Sqrt(squareA) * Math.Sqrt(squareB);
        return lengths > 0 ? Math.Clamp(product / lengths, -1, 1) : 0;
    }
}
