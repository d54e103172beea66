using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: H x W pixels, h x w latent grid, n concepts

/// <summary>
/// A concept as its own picture: cut out with its surroundings and enlarged, with the other concepts painted over. Checkpoints know a thing
/// best if a picture shows it alone and large, as most captioned pictures do. Besides, no word can gain by explaining a neighbour.
/// </summary>
/// <param name="Picture">(1,3,H,W) in [-1,1], as large as the picture that it was cut from.</param>
/// <param name="Mask">(1,h,w), 0 or 1.</param>
/// <param name="Feature">(1,h,w), not negative.</param>
/// <remarks>Express only; docs/deviations.md.</remarks>
sealed record CloseUp(Tensor Picture, Tensor Mask, Tensor Feature)
{
    /// <summary>Makes the close-up of one concept.</summary>
    /// <param name="picture">(1,3,H,W) in [-1,1], the whole picture.</param>
    /// <param name="masks">(n,h,w), 0 or 1, none empty.</param>
    /// <param name="features">(n,h,w), not negative.</param>
    /// <param name="concept">Number of the concept, 0 to n-1.</param>
    /// <param name="fill"><see cref="CloseUpSettings.Fill"/>.</param>
    public static CloseUp Of(Tensor picture, Tensor masks, Tensor features, int concept, double fill)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (picture.shape[2], picture.shape[3]);
        var box = Box.Around(masks[concept], fill);
        Tensor Cut(Tensor map, InterpolationMode mode)
        {
            var (top, left) = ((long)Math.Round(box.Top * height), (long)Math.Round(box.Left * width));
            var (rows, columns) = (Math.Max(1, (long)Math.Round(box.Side * height)), Math.Max(1, (long)Math.Round(box.Side * width)));
            var cut = map.narrow(2, Math.Min(top, height - rows), rows).narrow(3, Math.Min(left, width - columns), columns);
            return nn.functional.interpolate(cut, [height, width], mode: mode, align_corners: mode == InterpolationMode.Nearest
                ? null
                : false);
        }
        Tensor OnGrid(Tensor map, InterpolationMode mode) => nn.functional.adaptive_avg_pool2d(
            Cut(nn.functional.interpolate(map.unsqueeze(0).unsqueeze(0), [height, width], mode: InterpolationMode.Nearest), mode),
            [masks.shape[1], masks.shape[2]])[0];

        var alone = Cut(WithoutOthers(picture, masks, concept), InterpolationMode.Bicubic).clamp(-1, 1);
        var mask = OnGrid(masks[concept], InterpolationMode.Nearest).ge(0.5).to(masks.dtype);
        var feature = OnGrid(features[concept], InterpolationMode.Bilinear);
        return new CloseUp(alone.MoveToOuterDisposeScope(), mask.MoveToOuterDisposeScope(), feature.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Paints over all other concepts, and one cell around each, with colors spread from the background. The concept itself stays.
    /// </summary>
    static Tensor WithoutOthers(Tensor picture, Tensor masks, int concept)
    {
        if (masks.shape[0] == 1) return picture;
        Tensor Pixels(Tensor mask) =>
            nn.functional.interpolate(mask.unsqueeze(0).unsqueeze(0), [picture.shape[2], picture.shape[3]],
            mode: InterpolationMode.Nearest);
        var others = cat([masks.narrow(0, 0, concept), masks.narrow(0, concept + 1, masks.shape[0] - concept - 1)], 0).amax([0],
            keepdim: true);
        var hidden = Pixels(LearningTarget.Widened(others, 1)[0] * (1 - masks[concept]));
        var ground = 1 - Pixels(LearningTarget.Widened(masks.amax([0], keepdim: true), 1)[0]);
        return picture * (1 - hidden) + Spread(picture * ground, ground) * hidden;
    }

    /// <summary>
    /// Fills unknown pixels from known ones. Each is filled from the finest scale at which a pixel nearby is known; mid-grey if no pixel
    /// is known at all.
    /// </summary>
    /// <param name="sums">(1,3,H,W), pixels times their weight.</param>
    /// <param name="weights">(1,1,H,W), 0 to 1; 1 for known pixels.</param>
    static Tensor Spread(Tensor sums, Tensor weights)
    {
        var known = sums / weights.clamp(min: 1e-6);
        if (sums.shape[2] == 1 && sums.shape[3] == 1) return known;
        long[] half = [(sums.shape[2] + 1) / 2, (sums.shape[3] + 1) / 2];
        var coarse = Spread(nn.functional.adaptive_avg_pool2d(sums, half), nn.functional.adaptive_avg_pool2d(weights, half));
        var far = nn.functional.interpolate(coarse, [sums.shape[2], sums.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        return weights * known + (1 - weights) * far;
    }

    /// <summary>A part of the picture with the same proportions. All values are shares of the picture's height or width, 0 to 1.</summary>
    readonly record struct Box(double Top, double Left, double Side)
    {
        /// <summary>
        /// Returns the box around the set cells of a mask: inside the picture, and centered on the cells as far as possible.
        /// </summary>
        public static Box Around(Tensor mask, double fill)
        {
            var (rows, columns) = (Extent(mask.amax([1])), Extent(mask.amax([0])));
            var side = Math.Min(1, Math.Max(rows.End - rows.Start, columns.End - columns.Start) / fill);
            return new Box(Math.Clamp((rows.Start + rows.End - side) / 2, 0, 1 - side),
                Math.Clamp((columns.Start + columns.End - side) / 2, 0, 1 - side), side);
        }

        static (double Start, double End) Extent(Tensor line)
        {
            var values = line.cpu().to(float32).data<float>().ToArray();
            return ((double)Array.FindIndex(values, set => set > 0) / values.Length,
                (Array.FindLastIndex(values, set => set > 0) + 1.0) / values.Length);
        }
    }
}
