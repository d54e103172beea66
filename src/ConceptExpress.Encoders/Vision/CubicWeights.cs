namespace ConceptExpress.Encoders.Vision;

/// <summary>
/// Cubic interpolation of a line as a matrix, equal to torch's <c>interpolate(mode="bicubic", align_corners=False)</c> along one
/// axis.
/// </summary>
static class CubicWeights
{
    /// <summary>Keys' parameter without antialiasing; with it, the one below.</summary>
    const double Sharp = -0.75, Smooth = -0.5;

    const int Support = 2;

    /// <summary>What torch's users add to the new length so that rounding gives it back.</summary>
    const double Offset = 0.1;

    /// <summary>Weights (target, source), row by row; every row sums to 1.</summary>
    public static float[] Of(int source, int target, PositionResampling resampling) => resampling switch
    {
        PositionResampling.Size => Sampled(source, target, (double)source / target),
        PositionResampling.Offset => Sampled(source, target, source / (target + Offset)),
        PositionResampling.Antialiased => Antialiased(source, target),
        _ => throw new ArgumentOutOfRangeException(nameof(resampling), resampling, "not a way to resample positions"),
    };

    // Four samples around each place; beyond an edge the edge's own.
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

    // The kernel is as wide as the step where that is more than one sample; what lies beyond an edge is left out.
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
