using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

// Shapes: k maps of h x w pixels

/// <summary>
/// The guided filter with a picture in colour as its guide: near every pixel, a map is replaced by the linear function of the picture's
/// colours that fits it best, so that its edges move to edges of the picture.
/// </summary>
/// <remarks>"Guided Image Filtering"; the coefficients may be used at another size, as in "Fast Guided Filter".</remarks>
static class GuidedFilter
{
    const int Colors = 3;

    /// <summary>Returns the linear functions that fit maps to a picture: the weights of three colours, then the constant.</summary>
    /// <param name="picture">(3,h,w) colours, 0 to 1.</param>
    /// <param name="maps">(k,h,w) maps.</param>
    /// <param name="radius">Functions fit a square of 2 * radius + 1 pixels, 1 or more; the border cuts it off.</param>
    /// <param name="epsilon">Contrast below which a colour says nothing, as a variance; above 0.</param>
    /// <returns>(k,4,h,w)</returns>
    public static Tensor Fit(Tensor picture, Tensor maps, int radius, double epsilon)
    {
        using var scope = NewDisposeScope();
        Tensor Mean(Tensor values) => BoxMean(values, radius);
        var (height, width, count) = (picture.shape[1], picture.shape[2], maps.shape[0]);
        var (colors, means) = (Mean(picture), Mean(maps)); // (3,h,w), (k,h,w)
        var covariances = (int one, int other) => Mean((picture[one] * picture[other]).unsqueeze(0))[0] - colors[one] * colors[other];
        var shared = Mean((maps.unsqueeze(1) * picture.unsqueeze(0)).flatten(0, 1)).view(count, Colors, height, width)
            - means.unsqueeze(1) * colors.unsqueeze(0); // covariance of each map with each colour
        var weights = Solve(covariances, epsilon, shared); // (k,3,h,w)
        var constants = means - (weights * colors.unsqueeze(0)).sum(1);
        var functions = cat([weights, constants.unsqueeze(1)], 1).flatten(0, 1);
        return Mean(functions).view(count, Colors + 1, height, width).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the values of functions at every pixel of a picture.</summary>
    /// <param name="functions">(k,4,h,w), as <see cref="Fit"/> returns them; they are interpolated to the picture's size.</param>
    /// <param name="picture">(3,H,W) colours, 0 to 1.</param>
    /// <returns>(k,H,W)</returns>
    public static Tensor Apply(Tensor functions, Tensor picture)
    {
        using var scope = NewDisposeScope();
        var fine = functions.shape[2..].SequenceEqual(picture.shape[1..])
            ? functions
            : nn.functional.interpolate(functions, [picture.shape[1], picture.shape[2]], mode: InterpolationMode.Bilinear);
        return ((fine[.., ..Colors] * picture.unsqueeze(0)).sum(1) + fine[.., Colors]).MoveToOuterDisposeScope();
    }

    // The solution of a symmetric system of three equations at each pixel, by its cofactors: many times faster than a general solver. In
    // fp64, because cofactors of near-grey pictures are small differences.
    static Tensor Solve(Func<int, int, Tensor> covariances, double epsilon, Tensor shared)
    {
        Tensor At(int one, int other) => covariances(one, other).to(float64);
        var (rr, gg, bb) = (At(0, 0) + epsilon, At(1, 1) + epsilon, At(2, 2) + epsilon);
        var (rg, rb, gb) = (At(0, 1), At(0, 2), At(1, 2));
        Tensor[][] cofactors =
        [
            [gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg],
            [rb * gb - rg * bb, rr * bb - rb * rb, rg * rb - rr * gb],
            [rg * gb - rb * gg, rg * rb - rr * gb, rr * gg - rg * rg],
        ];
        var determinant = rr * cofactors[0][0] + rg * cofactors[0][1] + rb * cofactors[0][2];
        var right = shared.to(float64);
        return stack([.. cofactors.Select(row =>
            (row[0] * right[.., 0] + row[1] * right[.., 1] + row[2] * right[.., 2]) / determinant)], 1).to(shared.dtype);
    }

    // The mean over a square is the mean over rows of the mean over columns, at the border, too.
    static Tensor BoxMean(Tensor maps, int radius)
    {
        Tensor Along(Tensor values, int rows, int columns) => nn.functional.avg_pool2d(values, [2 * rows + 1, 2 * columns + 1], [1, 1],
            [rows, columns], count_include_pad: false);
        using var across = Along(maps, 0, radius);
        return Along(across, radius, 0);
    }
}
