using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Turns regions of cells into masks at the picture's own size, whose outlines follow the picture's edges (<see cref="GuidedFilter"/>). A
/// pixel belongs to the concept, or to the rest, whose filtered region has the highest value there, so masks do not overlap.
/// </summary>
static class MaskRefiner
{
    // Functions are fitted on few pixels and used on many: fine enough for outlines, and small enough for photographs.
    const int PixelsPerCell = 8, MaxSide = 2048;

    // Fits are made again on what the first ones give, since a region's blurred outline hides edges that are farther away.
    const int Passes = 2;

    // A contrast of 3 percent of the range of a colour.
    const double Epsilon = 1e-3;

    /// <summary>Returns one mask per region.</summary>
    /// <param name="regions">Regions on the grid, none of them empty; no cell belongs to two.</param>
    /// <param name="grid">Their grid. The picture is stretched to its proportions.</param>
    /// <param name="picture">The picture at its own size.</param>
    /// <param name="reach">How far outlines may move to an edge, in cells; above 0.</param>
    /// <returns>
    /// Masks of the picture's size, none of them empty and none overlapping another. A region of which no pixel would be left keeps its
    /// cells, and no other mask has pixels there.
    /// </returns>
    public static IReadOnlyList<Mask> Refine(IReadOnlyList<bool[]> regions, Grid grid, RgbImage picture, double reach)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var longer = Math.Max(picture.Width, picture.Height);
        var cell = Math.Clamp(longer / Math.Max(grid.Height, grid.Width), 1, PixelsPerCell);
        var working = Colors(picture, new PixelSize { Width = grid.Width * cell, Height = grid.Height * cell });
        var inside = tensor([.. regions.SelectMany(region => region.Select(set => set ? 1f : 0f))],
            [regions.Count, grid.Height, grid.Width]);
        var maps = Bilinear.Resize(cat([inside, 1 - inside.sum(0, keepdim: true)]), Grid.Of(working));
        var radius = Math.Max(1, (int)Math.Round(reach * cell));
        var functions = GuidedFilter.Fit(working, maps, radius, Epsilon);
        for (var pass = 1; pass < Passes; pass++)
            functions = GuidedFilter.Fit(working, GuidedFilter.Apply(functions, working), radius, Epsilon);
        var size = picture.Size.Within(MaxSide);
        var owners = Owners(functions, Colors(picture, size));
        for (var region = 0; region < regions.Count; region++)
            if (!owners.Contains(region)) Claim(owners, region, new GridMask(grid, regions[region]).ToMask(size));
        return [.. Enumerable.Range(0, regions.Count).Select(region =>
            new Mask(size, Array.ConvertAll(owners, owner => owner == region)).Resize(picture.Size))];
    }

    // For each pixel the number of the map with the highest value. One map after the other, since all together need much memory.
    static long[] Owners(Tensor functions, Tensor picture)
    {
        var best = GuidedFilter.Apply(functions[..1], picture)[0];
        var owners = zeros_like(best, dtype: int64);
        for (var map = 1L; map < functions.shape[0]; map++)
        {
            using var pass = NewDisposeScope();
            var values = GuidedFilter.Apply(functions.narrow(0, map, 1), picture)[0];
            owners.masked_fill_(values > best, map);
            best.copy_(maximum(best, values));
        }
        return owners.data<long>().ToArray();
    }

    static void Claim(long[] owners, int region, Mask mask)
    {
        for (var pixel = 0; pixel < owners.Length; pixel++)
            if (mask.Pixels[pixel]) owners[pixel] = region;
    }

    // (3,H,W), 0 to 1
    static Tensor Colors(RgbImage picture, PixelSize size) =>
        PixelTensor.Colors(ImageResizer.Resize(picture, size, ResizeFilter.Bilinear));
}
