using ConceptExpress.Imaging;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>Measures how similar two pictures of the same size are.</summary>
static class PictureQuality
{
    const double Peak = 255;

    /// <summary>Peak signal-to-noise ratio over all channels, in decibels; infinite for identical pictures.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Psnr(RgbImage one, RgbImage other)
    {
        Require(one, other);
        double sum = 0;
        for (var i = 0; i < one.Pixels.Length; i++) sum += Math.Pow(one.Pixels[i] - other.Pixels[i], 2);
        return 10 * Math.Log10(Peak * Peak * one.Pixels.Length / sum);
    }

    /// <summary>
    /// Structural similarity (SSIM) of the luma, -1 to 1: the mean over all windows of 8x8 pixels ("Image Quality Assessment: From Error
    /// Visibility to Structural Similarity"; here with square, unweighted windows).
    /// </summary>
    /// <exception cref="ArgumentException">The sizes differ, or a side is below 8 pixels.</exception>
    public static double Ssim(RgbImage one, RgbImage other)
    {
        const int window = 8;
        Require(one, other);
        if (one.Width < window || one.Height < window)
            throw new ArgumentException($"a picture of {one.Size} is smaller than a window of {window}x{window}");
        var (a, b) = (Luma(one), Luma(other));
        double sum = 0;
        var count = 0;
        for (var top = 0; top + window <= one.Height; top++)
            for (var left = 0; left + window <= one.Width; left++, count++)
                sum += Window(a, b, one.Width, left, top, window);
        return sum / count;
    }

    static double Window(double[] a, double[] b, int stride, int left, int top, int window)
    {
        const double c1 = 0.01 * Peak * 0.01 * Peak, c2 = 0.03 * Peak * 0.03 * Peak;
        double sumA = 0, sumB = 0, squareA = 0, squareB = 0, product = 0;
        for (var y = top; y < top + window; y++)
            for (var x = left; x < left + window; x++)
            {
                var (p, q) = (a[y * stride + x], b[y * stride + x]);
                (sumA, sumB, squareA, squareB, product) = (sumA + p, sumB + q, squareA + p * p, squareB + q * q, product + p * q);
            }
        const int n = 64;
        var (meanA, meanB) = (sumA / n, sumB / n);
        var (varianceA, varianceB, covariance) = (squareA / n - meanA * meanA, squareB / n - meanB * meanB, product / n - meanA * meanB);
        return (2 * meanA * meanB + c1) * (2 * covariance + c2) / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
    }

    static double[] Luma(RgbImage image)
    {
        var luma = new double[image.Width * image.Height];
        for (var i = 0; i < luma.Length; i++)
            luma[i] = 0.299 * image.Pixels[3 * i] + 0.587 * image.Pixels[3 * i + 1] + 0.114 * image.Pixels[3 * i + 2];
        return luma;
    }

    static void Require(RgbImage one, RgbImage other)
    {
        if (one.Size != other.Size) throw new ArgumentException($"a picture of {one.Size} cannot be compared with one of {other.Size}");
    }
}
