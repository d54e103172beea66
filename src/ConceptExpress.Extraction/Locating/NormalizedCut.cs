using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: n cells of a region

/// <summary>Rules that decide which cuts are made. Areas are in cells.</summary>
/// <param name="MaxCost">Maximum cost of a cut (<see cref="NormalizedCut"/>) if there are enough regions; null makes no such cuts.</param>
/// <param name="MinPart">Minimum area of both parts of a cut if there are enough regions.</param>
/// <param name="MinShare">Minimum area of both parts of a cut if there are enough regions, as a share of the region.</param>
/// <param name="MinArea">Minimum area of both parts of every cut.</param>
/// <param name="LengthCost">Cost of a cut's length, per length in units of the square root of the smaller part's area.</param>
/// <param name="SizeCost">Cost of cutting a region, per share of the grid that it covers.</param>
/// <param name="MinRegions">
/// Minimum number of regions of <paramref name="MinArea"/> or more; 0 for no minimum. While there are fewer, the cheapest cut is made at
/// any cost.
/// </param>
sealed record CutRules(double? MaxCost, double MinPart, double MinShare, double MinArea, double LengthCost, double SizeCost = 0,
    int MinRegions = 0);

/// <summary>How clear it is that a region is one thing, by the costs of cuts relative to the maximum; the larger, the clearer.</summary>
/// <param name="Made">The maximum cost minus that of the most costly cut that made the region; infinite if it was not cut off.</param>
/// <param name="Left">The cost of the cheapest cut through it minus the maximum; infinite if there is none.</param>
readonly record struct CutMargins(double Made, double Left);

/// <summary>
/// Splits regions of things that touch. Where to cut follows from the region's shape: things touch along a part of their outline, so the
/// cut is the normalized cut of the graph of neighboring cells ("Normalized Cuts and Image Segmentation"), which lies where the region is
/// narrow. Whether to cut follows from attention: the cost of a cut is the share of attention that crosses it, which is the normalized cut
/// of the graph of attention, 0 to 2, plus a penalty for the cut's length relative to the size of the smaller part, plus a penalty for the
/// region's size, since attention has a limited reach and crosses every line through a large thing less. Small parts are not things of
/// their own and stay with their thing.
/// </summary>
static class NormalizedCut
{
    // Of a region's graph: the eigenvectors after the first one, which is constant. Two, because a region may be narrow in two places.
    const int Vectors = 2;

    /// <summary>
    /// Splits regions. The cheapest cut comes first; cuts with a part that is too small come after all others. Ends when there are enough
    /// regions and the next cut is not allowed, or when no cut is left.
    /// </summary>
    /// <param name="regions">Connected regions.</param>
    /// <param name="attention">(hw, hw) self-attention, rows normalised to sum 1.</param>
    /// <param name="grid">The grid, h x w cells.</param>
    /// <param name="rules">Decides which cuts are made.</param>
    /// <returns>The regions, with a new number for each part that was cut off, and the margins of each.</returns>
    public static (RegionMap Regions, IReadOnlyList<CutMargins> Margins) Split(
        RegionMap regions, Tensor attention, Grid grid, CutRules rules)
    {
        var margins = Enumerable.Repeat(new CutMargins(double.PositiveInfinity, double.PositiveInfinity), regions.Count).ToList();
        if (rules.MaxCost is null && rules.MinRegions <= 0) return (regions, margins);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (labels, count) = ((int[])regions.Labels.Clone(), regions.Count);
        var enough = regions.Areas().Count(area => area >= rules.MinArea);
        var cuts = new PriorityQueue<Cut, (bool OfSmallPart, double Cost)>();
        void Consider(int region)
        {
            if (Cheapest(Array.ConvertAll(labels, label => label == region), attention, grid, rules) is not { } cut) return;
            cuts.Enqueue(cut with { Region = region }, (cut.OfSmallPart, cut.Cost));
            if (rules.MaxCost is { } most && !cut.OfSmallPart) margins[region] = margins[region] with { Left = cut.Cost - most };
        }
        for (var region = 0; region < regions.Count; region++) Consider(region);
        for (; cuts.TryDequeue(out var cut, out var rank)
            && (!rank.OfSmallPart && cut.Cost <= rules.MaxCost || enough < rules.MinRegions); enough++)
        {
            foreach (var cell in cut.Cells) labels[cell] = count;
            var made = Math.Min(margins[cut.Region].Made, (rules.MaxCost ?? 0) - cut.Cost);
            margins[cut.Region] = new CutMargins(made, double.PositiveInfinity);
            margins.Add(margins[cut.Region]);
            Consider(cut.Region);
            Consider(count++);
        }
        return (new RegionMap(labels, count), margins);
    }

    /// <summary>A cut that takes cells off a region.</summary>
    /// <param name="Region">Number of the region.</param>
    /// <param name="Cells">The cells that are cut off.</param>
    /// <param name="OfSmallPart">Whether a part is too small for a cut that need not be made.</param>
    /// <param name="Cost">Share of attention that crosses, plus the penalties of length and size.</param>
    readonly record struct Cut(int Region, int[] Cells, bool OfSmallPart, double Cost);

    /// <summary>
    /// Returns the cut of a region into two connected parts; null if there is no cut that leaves both parts large enough. Where more
    /// regions may be needed and that cut costs too much, a cheaper one of a smaller part is returned.
    /// </summary>
    static Cut? Cheapest(bool[] region, Tensor attention, Grid grid, CutRules rules)
    {
        int[] cells = [.. Enumerable.Range(0, region.Length).Where(cell => region[cell])];
        if (cells.Length < 2 * rules.MinArea || cells.Length < 2) return null;
        var shape = new Shape(cells, region, grid);
        var usual = Priced(Math.Max(rules.MinArea, Math.Max(rules.MinPart, rules.MinShare * cells.Length)), ofSmallPart: false);
        if (rules.MinRegions <= 0 || usual?.Cost <= rules.MaxCost) return usual;
        var small = Priced(rules.MinArea, ofSmallPart: true);
        return small is null || usual?.Cost <= small.Value.Cost ? usual : small;

        Cut? Priced(double minArea, bool ofSmallPart)
        {
            if (shape.Side(minArea) is not { } side || Cleaned(region, side, grid, minArea) is not { } parted) return null;
            return new Cut(0, parted, ofSmallPart, Across(attention, cells, parted)
                + rules.LengthCost * Length(region, parted, grid) / Math.Sqrt(Math.Min(parted.Length, cells.Length - parted.Length))
                + rules.SizeCost * cells.Length / grid.Cells);
        }
    }

    // The share of the region's attention that crosses a cut, 0 to 2.
    static double Across(Tensor attention, int[] cells, int[] parted)
    {
        using var scope = NewDisposeScope();
        var (taken, places) = (parted.ToHashSet(), tensor(Array.ConvertAll(cells, cell => (long)cell), device: attention.device));
        var among = attention.index_select(0, places).index_select(1, places);
        return Crossing.Of(among, Array.ConvertAll(cells, taken.Contains))[0];
    }

    /// <summary>The shape of a region: the graph of its neighboring cells, and orders of cells whose first ones may be a part.</summary>
    sealed class Shape
    {
        readonly int[] cells;
        readonly int gridCells;
        readonly List<(int From, int To)> edges;
        readonly double[] degrees;
        readonly List<int[]> orders;

        /// <param name="cells">The region's cells, at least two, connected.</param>
        /// <param name="region">The same as a mask.</param>
        /// <param name="grid">The grid, h x w cells.</param>
        public Shape(int[] cells, bool[] region, Grid grid)
        {
            (this.cells, gridCells, edges) = (cells, region.Length, Edges(cells, region, grid));
            var graph = new NeighborGraph(cells.Length, edges);
            degrees = graph.Degrees;
            orders = [.. graph.Vectors(Vectors)
                .Select(values => Enumerable.Range(0, cells.Length).OrderBy(cell => values[cell]).ToArray())];
        }

        /// <summary>
        /// Returns one side of the shape's normalized cut, as a mask of the grid; null if no cut leaves both sides so many cells.
        /// </summary>
        public bool[]? Side(double minArea)
        {
            var best = orders.Select(order => (Order: order, Prefix: BestPrefix(order, edges, degrees, minArea)))
                .Where(found => found.Prefix is not null).OrderBy(found => found.Prefix!.Value.Value).FirstOrDefault();
            if (best.Prefix is not { } prefix) return null;
            var side = new bool[gridCells];
            foreach (var cell in best.Order[..prefix.Size]) side[cells[cell]] = true;
            return side;
        }
    }

    // Pairs of the region's cells that share an edge or a corner, by their places in the list of cells.
    static List<(int From, int To)> Edges(int[] cells, bool[] region, Grid grid)
    {
        var place = new int[region.Length];
        for (var i = 0; i < cells.Length; i++) place[cells[i]] = i;
        var edges = new List<(int, int)>();
        foreach (var cell in cells)
        {
            var (y, x) = Math.DivRem(cell, grid.Width);
            foreach (var (down, right) in ((int, int)[])[(0, 1), (1, 0), (1, 1), (1, -1)])
            {
                var (toY, toX) = (y + down, x + right);
                if (toY >= grid.Height || toX < 0 || toX >= grid.Width || !region[toY * grid.Width + toX]) continue;
                edges.Add((place[cell], place[toY * grid.Width + toX]));
            }
        }
        return edges;
    }

    // The number of first cells of an order whose cut from the others has the smallest normalized value.
    static (int Size, double Value)? BestPrefix(int[] order, List<(int From, int To)> edges, double[] degrees, double minArea)
    {
        var rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++) rank[order[i]] = i;
        var changes = new int[order.Length + 1]; // an edge is cut by the prefixes that end between its two cells
        foreach (var (from, to) in edges)
        {
            changes[Math.Min(rank[from], rank[to]) + 1]++;
            changes[Math.Max(rank[from], rank[to]) + 1]--;
        }
        (int Size, double Value)? best = null;
        var (cut, within, all) = (0, 0.0, degrees.Sum());
        for (var size = 1; size < order.Length; size++)
        {
            cut += changes[size];
            within += degrees[order[size - 1]];
            if (size < minArea || order.Length - size < minArea) continue;
            var value = cut / within + cut / (all - within);
            if (!(value >= best?.Value)) best = (size, value);
        }
        return best;
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
}
