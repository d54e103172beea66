using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: n cells of a region

/// <summary>Which cuts of a region are made.</summary>
/// <param name="MaxCost">The dearest cut (<see cref="NormalizedCut"/>) that is made where there are enough regions; null makes none there.</param>
/// <param name="MinPart">Cells that either part must have for that.</param>
/// <param name="MinArea">Cells that either part must have in any case.</param>
/// <param name="LengthCost">What a cut as long as the side of a square of the smaller part's area costs beside its value.</param>
/// <param name="MinRegions">Regions of <paramref name="MinArea"/> that are enough; 0 where any number is.</param>
sealed record CutRules(double? MaxCost, double MinPart, double MinArea, double LengthCost, int MinRegions = 0);

/// <summary>
/// Parts things that touch: where the cells of a region fall into two groups that attend to different places, there are two
/// things ("Normalized Cuts and Image Segmentation"). A cut costs its normalized value, 0..2, and more where it is long for the size of what it takes
/// off: things touch along a part of their outline, while halves of one thing are joined all along. Small parts are a thing's own.
/// </summary>
static class NormalizedCut
{
    /// <summary>Splits connected regions, cheapest cut first, until no cut is cheap enough and there are enough regions, or no cut is left.</summary>
    /// <param name="regions">Connected regions.</param>
    /// <param name="likeness">Of the grid's cells.</param>
    /// <param name="grid">The h x w cells.</param>
    /// <param name="rules">What is cut.</param>
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
        for (; cuts.TryDequeue(out var cut, out var rank) && (!rank.OfSmallPart && cut.Cost <= rules.MaxCost || enough < rules.MinRegions); enough++)
        {
            foreach (var cell in cut.Cells) labels[cell] = count;
            Consider(cut.Region);
            Consider(count++);
        }
        return new RegionMap(labels, count);
    }

    /// <summary>A cut that takes cells off a region.</summary>
    readonly record struct Cut(int Region, int[] Cells, int SmallerArea, double Cost);

    /// <summary>The cells that the cheapest cut takes off a region, connected as those are that stay; null where there is no such cut.</summary>
    static Cut? Cheapest(bool[] region, CellLikeness likeness, Grid grid, CutRules rules)
    {
        long[] cells = [.. Enumerable.Range(0, region.Length).Where(cell => region[cell]).Select(cell => (long)cell)];
        if (cells.Length < 2 * rules.MinArea || cells.Length < 2) return null;
        using var scope = NewDisposeScope();
        var affinity = likeness.Among(cells);
        var degrees = affinity.sum(1).clamp_min(1e-30);
        var scale = degrees.rsqrt();
        var (_, vectors) = linalg.eigh(affinity * scale.unsqueeze(0) * scale.unsqueeze(1)); // ascending: the last is constant, the one before it cuts
        var order = (vectors.select(1, cells.Length - 2) * scale).argsort();
        var sorted = affinity.index_select(0, order).index_select(1, order);
        // Of every prefix: its cells' likeness to all cells, and to each other.
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
        return new Cut(0, parted, smaller, Value(affinity, cells, parted) + rules.LengthCost * Length(region, parted, grid) / Math.Sqrt(smaller));
    }

    /// <summary>The greatest connected part of the side, without what it would enclose or leave behind in crumbs; null where either part is too small.</summary>
    static int[]? Cleaned(bool[] region, bool[] side, Grid grid, double minArea)
    {
        var taken = Greatest(side, grid);
        var rest = Greatest([.. region.Zip(taken, (inside, gone) => inside && !gone)], grid);
        var cells = Enumerable.Range(0, region.Length).Where(cell => region[cell] && !rest[cell]).ToArray();
        return cells.Length >= minArea && rest.Count(inside => inside) >= minArea ? cells : null;
    }

    static bool[] Greatest(bool[] mask, Grid grid)
    {
        var parts = ConnectedRegions.Of(mask, grid);
        if (parts.Count == 0) return mask;
        var areas = parts.Areas();
        return parts.Mask(Array.IndexOf(areas, areas.Max()));
    }

    /// <summary>How many sides of cells lie between the parted cells and the rest of the region.</summary>
    static int Length(bool[] region, int[] parted, Grid grid)
    {
        var taken = parted.ToHashSet();
        bool Rest(int cell) => region[cell] && !taken.Contains(cell);
        return parted.Sum(cell => (cell % grid.Width > 0 && Rest(cell - 1) ? 1 : 0) + (cell % grid.Width < grid.Width - 1 && Rest(cell + 1) ? 1 : 0)
            + (cell >= grid.Width && Rest(cell - grid.Width) ? 1 : 0) + (cell < region.Length - grid.Width && Rest(cell + grid.Width) ? 1 : 0));
    }

    static double Value(Tensor affinity, long[] cells, int[] parted)
    {
        var taken = parted.ToHashSet();
        var side = tensor([.. cells.Select(cell => taken.Contains((int)cell) ? 1.0 : 0.0)], dtype: float64);
        var (one, other) = (affinity.mv(side), affinity.mv(1 - side));
        var (ofSide, ofRest, between) = ((one + other).dot(side).item<double>(), (one + other).dot(1 - side).item<double>(), other.dot(side).item<double>());
        return between / ofSide + between / ofRest;
    }
}
