namespace ConceptExpress.Imaging;

/// <summary>
/// The source positions and fixed-point weights for every position of a resized line.
/// Rounding follows Pillow's 8-bit resampling, with which the models of this field were trained.
/// </summary>
sealed class ResampleWeights
{
    /// <summary>The number of fraction bits: 32, minus 8 for the sample, minus 2 for sums outside [0, 255].</summary>
    internal const int Precision = 32 - 8 - 2;

    /// <summary>One half, in fixed point. Sums start with it, for rounding.</summary>
    internal const int Half = 1 << (Precision - 1);

    readonly (int First, int Count)[] windows;
    readonly int[] weights;
    readonly int capacity;

    /// <summary>Computes the weights that resize a line from one length to another.</summary>
    internal ResampleWeights(int sourceLength, int targetLength, ResizeFilter filter)
    {
        var scale = (double)sourceLength / targetLength;
        var widening = Math.Max(scale, 1.0);
        var support = Support(filter) * widening;
        capacity = (int)Math.Ceiling(support) * 2 + 1;
        windows = new (int, int)[targetLength];
        weights = new int[targetLength * capacity];

        var exact = new double[capacity];
        for (var target = 0; target < targetLength; target++)
        {
            var center = (target + 0.5) * scale;
            var first = Math.Max((int)(center - support + 0.5), 0);
            var count = Math.Min((int)(center + support + 0.5), sourceLength) - first;
            windows[target] = (first, count);

            var sum = 0.0;
            for (var k = 0; k < count; k++)
                sum += exact[k] = Kernel(filter, (k + first - center + 0.5) * (1.0 / widening));
            for (var k = 0; k < count; k++)
                weights[target * capacity + k] = ToFixedPoint(sum != 0 ? exact[k] / sum : exact[k]);
        }
    }

    /// <summary>The number of target positions.</summary>
    internal int Length => windows.Length;

    /// <summary>
    /// Returns the weights of one target position. The first weight is for source position <paramref name="first"/>, the next for the one
    /// after it.
    /// </summary>
    internal ReadOnlySpan<int> At(int target, out int first)
    {
        (first, var count) = windows[target];
        return weights.AsSpan(target * capacity, count);
    }

    /// <summary>Converts a weighted sum that started at <see cref="Half"/> to a sample, 0 to 255.</summary>
    internal static byte ToSample(int sum) => (byte)Math.Clamp(sum >> Precision, 0, 255);

    static int ToFixedPoint(double weight) => (int)(weight * (1 << Precision) + (weight < 0 ? -0.5 : 0.5));

    static double Support(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Bilinear => 1,
        ResizeFilter.Bicubic => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "this resize filter does not exist"),
    };

    static double Kernel(ResizeFilter filter, double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (filter == ResizeFilter.Bilinear) return x < 1 ? 1 - x : 0;
        if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
}
