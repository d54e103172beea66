using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: n cells of a region

/// <summary>Rules that decide which cuts are made. Areas are in cells.</summary>
/// <param name="MaxCost">Maximum cost of a cut (<see cref="NormalizedCut"/>) if there are enough regions; null makes no such cuts.</param>
/// <param name="MinPart">Minimum area of both parts of a cut if there are enough regions.</param>
/// <param name="MinArea">Minimum area of both parts of every cut.</param>
/// <param name="LengthCost">Cost of a cut's length, per length in units of the square root of the smaller part's area.</param>
/// <param name="MinRegions">
/// Minimum number of regions of <paramref name="MinArea"/> or more; 0 for no minimum. While there are fewer, the cheapest cut is made at
/// any cost.
/// </param>
sealed record CutRules(double? MaxCost, double MinPart, double MinArea, double LengthCost, int MinRegions = 0);

/// <summary>
/// Splits regions of things that touch ("Normalized Cuts and Image Segmentation"). If the cells of a region form two groups that attend to
/// different places, they are two things. The cost of a cut is its normalized value, 0 to 2, plus a penalty for its length relative to the
/// size of the smaller part: things touch along a part of their outline, but the halves of one thing are joined along the whole cut. Small
/// parts are not things of their own and stay with their thing.
/// </summary>
static class NormalizedCut
{
    /// <summary>
    /// Splits regions. The cheapest cut comes first; cuts with a part below <see cref="CutRules.MinPart"/> come after all others. Ends when
    /// there are enough regions and the next cut is not allowed, or when no cut is left.
    /// </summary>
    /// <param name="regions">Connected regions.</param>
    /// <param name="likeness">The likeness of the grid's cells.</param>
    /// <param name="grid">The grid, h x w cells.</param>
    /// <param name="rules">Decides which cuts are made.</param>
    /// <returns>The regions, with a new number for each part that was cut off.</returns>
    public static RegionMap Split(RegionMap regions, CellLikeness likeness, Grid grid, CutRules rules)
    {
        if (rules.MaxCost is null && rules.MinRegions <= 0) return regions;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (labels, count) = ((int[])regions.Labels.Clone(), regions.Count);
        var enough = regions.Areas().Count(area => area >= rules.MinArea);
        var cuts = new PriorityQueue<Cut, (bool OfSmallPart, double Cost)>();
        void Consider(int region)
        {
            if (Cheapest(Array.ConvertAll(labels, label => label == region), likeness, grid, rules) is { } cut)
                cuts.Enqueue(cut with { Region = region }, (cut.SmallerArea < rules.MinPart, cut.Cost));
        }
        for (var region = 0; region < regions.Count; region++) Consider(region);
        for (; cuts.TryDequeue(out var cut, out var rank)
            && (!rank.OfSmallPart && cut.Cost <= rules.MaxCost || enough < rules.MinRegions); enough++)
        {
            foreach (var cell in cut.Cells) labels[cell] = count;
            Consider(cut.Region);
            Consider(count++);
        }
        return new RegionMap(labels, count);
    }

    /// <summary>A cut that takes cells off a region.</summary>
    /// <param name="Region">Number of the region.</param>
    /// <param name="Cells">The cells that are cut off.</param>
    /// <param name="SmallerArea">Number of cells of the smaller part.</param>
    /// <param name="Cost">Normalized value plus length penalty.</param>
    readonly record struct Cut(int Region, int[] Cells, int SmallerArea, double Cost);

    /// <summary>
    /// Returns the best cut of a region into two connected parts; null if there is no cut that leaves both parts large enough.
    /// </summary>
    static Cut? Cheapest(bool[] region, CellLikeness likeness, Grid grid, CutRules rules)
    {
        long[] cells = [.. Enumerable.Range(0, region.Length).Where(cell => region[cell]).Select(cell => (long)cell)];
        if (cells.Length < 2 * rules.MinArea || cells.Length < 2) return null;
        using var scope = NewDisposeScope();
        var affinity = likeness.Among(cells);
        var degrees = affinity.sum(1).clamp_min(1e-30);
        var scale = degrees.rsqrt();
        // ascending: the last eigenvector is constant after scaling, the one before it gives the cut
        var (_, vectors) = linalg.eigh(affinity * scale.unsqueeze(0) * scale.unsqueeze(1));
        var order = (vectors.select(1, cells.Length - 2) * scale).argsort();
        var sorted = affinity.index_select(0, order).index_select(1, order);
        // For every prefix of the order: the likeness of its cells to all cells, and to each other.
        var total = sorted.sum(1).cumsum(0);
        var within = sorted.cumsum(0).cumsum(1).diagonal();
        var all = total[-1];
        var between = total - within;
        var values = (between / total + between / (all - total)).narrow(0, 0, cells.Length - 1);
        var size = values.argmin().item<long>() + 1;
        var side = new bool[region.Length];
        foreach (var place in order.narrow(0, 0, size).data<long>()) side[cells[place]] = true;
        if (Cleaned(region, side, grid, rules.MinArea) is not { } parted) return null;
        var smaller = Math.Min(parted.Length, cells.Length - parted.Length);
        return new Cut(0, parted, smaller, Value(affinity, cells, parted)
            + rules.LengthCost * Length(region, parted, grid) / Math.Sqrt(smaller));
    }

    /// <summary>
    /// Returns the cells to cut off, so that both parts are connected: the rest is the largest connected part outside the largest connected
    /// part of the side, and everything else is cut off. Null if either part is smaller than the minimum area.
    /// </summary>
    static int[]? Cleaned(bool[] region, bool[] side, Grid grid, double minArea)
    {
        var taken = Greatest(side, grid);
        var rest = Greatest([.. region.Zip(taken, (inside, gone) => inside && !gone)], grid);
        var cells = Enumerable.Range(0, region.Length).Where(cell => region[cell] && !rest[cell]).ToArray();
        return cells.Length >= minArea && rest.Count(inside => inside) >= minArea ? cells : null;
    }

    /// <summary>Returns the largest connected part of a mask.</summary>
    static bool[] Greatest(bool[] mask, Grid grid)
    {
        var parts = ConnectedRegions.Of(mask, grid);
        if (parts.Count == 0) return mask;
        var areas = parts.Areas();
        return parts.Mask(Array.IndexOf(areas, areas.Max()));
    }

    /// <summary>Returns the length of a cut: the number of cell edges between the cells cut off and the rest of the region.</summary>
    static int Length(bool[] region, int[] parted, Grid grid)
    {
        var taken = parted.ToHashSet();
        bool Rest(int cell) => region[cell] && !taken.Contains(cell);
        return parted.Sum(cell => (cell % grid.Width > 0 && Rest(cell - 1) ? 1 : 0)
            + (cell % grid.Width < grid.Width - 1 && Rest(cell + 1) ? 1 : 0)
            + (cell >= grid.Width && Rest(cell - grid.Width) ? 1 : 0)
                + (cell < region.Length - grid.Width && Rest(cell + grid.Width) ? 1 : 0));
    }

    /// <summary>Returns the normalized value of a cut, 0 to 2.</summary>
    static double Value(Tensor affinity, long[] cells, int[] parted)
    {
        var taken = parted.ToHashSet();
        var side = tensor([.. cells.Select(cell => taken.Contains((int)cell) ? 1.0 : 0.0)], dtype: float64);
        var (one, other) = (affinity.mv(side), affinity.mv(1 - side));
        var (ofSide, ofRest, between) = ((one + other).dot(side).item<double>(), (one + other).dot(1 - side).item<double>(),
            other.dot(side).item<double>());
        return between / ofSide + between / ofRest;
    }
}
