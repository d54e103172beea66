namespace ConceptExpress.Encoders.Vision;

/// <summary>
/// Cubic interpolation along one axis as a matrix. It equals torch's <c>interpolate(mode="bicubic", align_corners=False)</c> along that
/// axis.
/// </summary>
static class CubicWeights
{
    /// <summary>The parameter a of Keys' cubic kernel: <c>Sharp</c> without antialiasing, <c>Smooth</c> with it.</summary>
    const double Sharp = -0.75, Smooth = -0.5;

    const int Support = 2; // half of the kernel's width, in samples

    /// <summary>Added to the new length by published code, so that rounding the scaled length gives the intended one.</summary>
    const double Offset = 0.1;

    /// <summary>The matrix (target, source), row by row. Every row sums to 1.</summary>
    public static float[] Of(int source, int target, PositionResampling resampling) => resampling switch
    {
        PositionResampling.Size => Sampled(source, target, (double)source / target),
        PositionResampling.Offset => Sampled(source, target, source / (target + Offset)),
        PositionResampling.Antialiased => Antialiased(source, target),
        _ => throw new ArgumentOutOfRangeException(nameof(resampling), resampling, "unknown way of resampling positions"),
    };

    // Uses the four samples around each position; beyond an edge, the sample at the edge is repeated.
    static float[] Sampled(int source, int target, double step)
    {
        var weights = new float[target * source];
        for (var i = 0; i < target; i++)
        {
            var place = (i + 0.5) * step - 0.5;
            var first = (int)Math.Floor(place) - 1;
            for (var k = first; k < first + 2 * Support; k++)
                weights[i * source + Math.Clamp(k, 0, source - 1)] += (float)Kernel(k - place, Sharp);
        }
        return weights;
    }

    // The kernel is widened by the step if that is longer than one sample; samples beyond an edge are left out.
    static float[] Antialiased(int source, int target)
    {
        var step = (double)source / target;
        var widening = Math.Max(step, 1);
        var weights = new float[target * source];
        for (var i = 0; i < target; i++)
        {
            var center = (i + 0.5) * step;
            var first = Math.Max((int)(center - Support * widening + 0.5), 0);
            var end = Math.Min((int)(center + Support * widening + 0.5), source);
            double Weight(int k) => Kernel((k + 0.5 - center) / widening, Smooth);
            var sum = Enumerable.Range(first, end - first).Sum(Weight);
            for (var k = first; k < end; k++) weights[i * source + k] = (float)(Weight(k) / sum);
        }
        return weights;
    }

    static double Kernel(double x, double a)
    {
        x = Math.Abs(x);
        if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
        return x < Support ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
}
