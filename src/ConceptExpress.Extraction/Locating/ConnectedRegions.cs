namespace ConceptExpress.Extraction.Locating;

/// <summary>The connected parts of a mask.</summary>
/// <param name="Labels">Per cell the number of its region, -1 outside the mask; numbered in reading order of first cells.</param>
/// <param name="Count">The number of regions.</param>
public sealed record RegionMap(int[] Labels, int Count)
{
    /// <summary>The cells of one region as a mask.</summary>
    public bool[] Mask(int region) => Array.ConvertAll(Labels, label => label == region);

    /// <summary>Cells per region.</summary>
    public int[] Areas()
    {
        var areas = new int[Count];
        foreach (var label in Labels)
            if (label >= 0) areas[label]++;
        return areas;
    }
}

/// <summary>Connected components on a grid. Cells are neighbours when they share an edge, not a corner.</summary>
public static class ConnectedRegions
{
    /// <exception cref="ArgumentException">The mask does not cover the grid.</exception>
    public static RegionMap Of(ReadOnlySpan<bool> mask, Grid grid)
    {
        grid.RequireCells(mask.Length, "the mask");
        var sets = new DisjointSets(grid.Cells);
        for (var cell = 0; cell < mask.Length; cell++)
        {
            if (!mask[cell]) continue;
            if (cell % grid.Width > 0 && mask[cell - 1]) sets.Join(cell - 1, cell);
            if (cell >= grid.Width && mask[cell - grid.Width]) sets.Join(cell - grid.Width, cell);
        }
        var inside = mask.ToArray();
        var (labels, count) = sets.Label(cell => inside[cell]);
        return new RegionMap(labels, count);
    }

    /// <summary>
    /// Whether two masks touch: their union has fewer components than the two have together (method 1, post-cluster).
    /// Overlapping masks touch, too; the published code, made for disjoint ones, drops their common cells.
    /// </summary>
    public static bool Touch(ReadOnlySpan<bool> first, ReadOnlySpan<bool> second, Grid grid)
    {
        grid.RequireCells(second.Length, "the second mask");
        var union = first.ToArray();
        for (var cell = 0; cell < union.Length; cell++) union[cell] |= second[cell];
        return Of(union, grid).Count < Of(first, grid).Count + Of(second, grid).Count;
    }

    /// <summary>The same test for every pair of disjoint masks at once: one look at each pair of neighbouring cells.</summary>
    /// <param name="labels">Per cell the number of its mask, or a negative number where there is none.</param>
    /// <param name="count">The number of masks.</param>
    /// <param name="grid">The grid the labels cover.</param>
    /// <returns>count x count, row by row, symmetric; a mask does not touch itself.</returns>
    public static bool[] Touching(ReadOnlySpan<int> labels, int count, Grid grid)
    {
        grid.RequireCells(labels.Length, "the list of labels");
        var touching = new bool[count * count];
        for (var cell = 0; cell < labels.Length; cell++)
        {
            if (cell % grid.Width > 0) Mark(labels[cell - 1], labels[cell]);
            if (cell >= grid.Width) Mark(labels[cell - grid.Width], labels[cell]);
        }
        return touching;

        void Mark(int a, int b)
        {
            if (a < 0 || b < 0 || a == b) return;
            touching[a * count + b] = touching[b * count + a] = true;
        }
    }
}
