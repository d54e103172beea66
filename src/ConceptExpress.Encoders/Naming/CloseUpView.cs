using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Naming;

// Shapes: S side of the close-up in pixels, N its pixels

/// <summary>
/// Shows an encoder one thing alone: enlarged, on grey. The outline of a found mask is as coarse as the cells of the latent, and encoders
/// look at outlines. So the mask is first fitted to the edges of the picture by a guided filter ("Guided Image Filtering", He, Sun and
/// Tang), within about a cell.
/// </summary>
static class CloseUpView
{
    const byte Outside = CutOut.Grey; // of a painted mask: what is beyond its picture is grey, too
    const double Epsilon = 1e-4; // of the squared colour, 0 to 1: edges that are weaker than a hundredth are passed over

    /// <summary>Makes the picture of one thing.</summary>
    /// <param name="picture">The whole picture.</param>
    /// <param name="mask">The thing's mask, of the picture's size and not empty.</param>
    /// <param name="cell">How uncertain the mask's outline is, in pixels of the picture: the side of a cell, 1 or more.</param>
    /// <param name="size">The side of the result in pixels, 1 or more.</param>
    /// <exception cref="ArgumentException">The mask is empty, or its size differs from that of the picture.</exception>
    public static RgbImage Of(RgbImage picture, Mask mask, double cell, int size)
    {
        var (around, side) = (BoxAround(mask, (int)Math.Ceiling(cell)), 2 * size);
        var close = CutOut.Of(picture, around, side);
        var coarse = CutOut.Of(Painted(mask), around, side);
        var fitted = Fitted(close, coarse, Math.Max(1, (int)Math.Round(cell * side / CutOut.SideAround(around))));
        return CutOut.Of(close, fitted.Area > 0 ? fitted : Inside(coarse), size);
    }

    // The mask (N) that follows the close-up's edges within a radius in pixels.
    static Mask Fitted(RgbImage close, RgbImage coarse, int radius)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var guide = PixelTensor.Colors(close);
        var mask = ((PixelTensor.Colors(coarse)[..1] - Outside / 255.0) / (1 - Outside / 255.0)).clamp_min(0); // (1,S,S)
        var share = GuidedFilter.Apply(GuidedFilter.Fit(guide, mask, radius, Epsilon), guide);
        return new Mask(close.Size, share.gt(0.5).contiguous().data<bool>().ToArray());
    }

    static Mask Inside(RgbImage painted) => new(painted.Size,
        [.. Enumerable.Range(0, painted.Width * painted.Height).Select(i => painted.Pixels[3 * i] > (Outside + byte.MaxValue) / 2)]);

    // A filled box that reaches a few pixels beyond the mask, so that the outline can move outwards.
    static Mask BoxAround(Mask mask, int reach)
    {
        var set = Enumerable.Range(0, mask.Pixels.Length).Where(i => mask.Pixels[i])
            .Select(i => (X: i % mask.Width, Y: i / mask.Width)).ToList();
        if (set.Count == 0) throw new ArgumentException("The mask is empty; it must have at least one pixel.", nameof(mask));
        var (left, right) = (set.Min(pixel => pixel.X) - reach, set.Max(pixel => pixel.X) + reach);
        var (top, bottom) = (set.Min(pixel => pixel.Y) - reach, set.Max(pixel => pixel.Y) + reach);
        var box = new bool[mask.Pixels.Length];
        for (var i = 0; i < box.Length; i++)
            box[i] = i % mask.Width >= left && i % mask.Width <= right && i / mask.Width >= top && i / mask.Width <= bottom;
        return new Mask(mask.Size, box);
    }

    static RgbImage Painted(Mask mask)
    {
        var pixels = new byte[3 * mask.Pixels.Length];
        for (var i = 0; i < mask.Pixels.Length; i++) pixels.AsSpan(3 * i, 3).Fill(mask.Pixels[i] ? byte.MaxValue : Outside);
        return new RgbImage(mask.Size, pixels);
    }
}
