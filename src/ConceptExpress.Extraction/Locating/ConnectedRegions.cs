namespace ConceptExpress.Extraction.Locating;

/// <summary>The regions of a mask on a grid.</summary>
/// <param name="Labels">The region of each cell, or -1 outside the mask. Regions are numbered from 0.</param>
/// <param name="Count">Number of regions.</param>
sealed record RegionMap(int[] Labels, int Count)
{
    /// <summary>Returns one region as a mask: true for each of its cells.</summary>
    public bool[] Mask(int region) => Array.ConvertAll(Labels, label => label == region);

    /// <summary>Returns the number of cells of each region.</summary>
    public int[] Areas()
    {
        var areas = new int[Count];
        foreach (var label in Labels)
            if (label >= 0) areas[label]++;
        return areas;
    }
}

/// <summary>Connected components of masks on a grid, with 4-neighbors: cells are neighbors if they share an edge.</summary>
static class ConnectedRegions
{
    /// <summary>Returns the connected regions of a mask, numbered in the reading order of their first cells.</summary>
    /// <exception cref="ArgumentException">The mask does not have one entry per cell of the grid.</exception>
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
    /// Returns true if two masks touch: their union has fewer connected regions than the two masks have together (method 1, post-cluster).
    /// Overlapping masks touch, too. The published code, made for disjoint masks, drops their common cells.
    /// </summary>
    /// <exception cref="ArgumentException">A mask does not have one entry per cell of the grid.</exception>
    public static bool Touch(ReadOnlySpan<bool> first, ReadOnlySpan<bool> second, Grid grid)
    {
        grid.RequireCells(second.Length, "the second mask");
        var union = first.ToArray();
        for (var cell = 0; cell < union.Length; cell++) union[cell] |= second[cell];
        return Of(union, grid).Count < Of(first, grid).Count + Of(second, grid).Count;
    }

    /// <summary>
    /// Runs the test of <see cref="Touch"/> for all pairs of disjoint masks, in one pass over the pairs of neighboring cells.
    /// </summary>
    /// <param name="labels">The mask of each cell, 0 to count - 1; negative if the cell is in no mask.</param>
    /// <param name="count">Number of masks.</param>
    /// <param name="grid">The grid of the labels.</param>
    /// <returns>count x count values, row by row, symmetric: true if two masks touch. A mask does not touch itself.</returns>
    /// <exception cref="ArgumentException">There is not one label per cell of the grid.</exception>
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
