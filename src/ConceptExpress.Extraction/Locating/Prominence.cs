namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Measures whether anything stands out in a picture. A plain picture also has a foreground, because <see cref="Otsu"/> always finds a
/// threshold, but attention crosses the outline of that foreground as it crosses any other line.
/// </summary>
/// <remarks>The measurements are in docs/deviations.md.</remarks>
static class Prominence
{
    // An outline is moved by multiples of a quarter of the grid's sides, in each direction, around the edge.
    const int Steps = 4;

    // Outlines whose cells then correlate more with the foreground say nothing. Correlation, since a large foreground always overlaps.
    const double MaxCorrelation = 0.5;

    const double MinCrossing = 1e-6;

    /// <summary>
    /// Returns the prominence, 0 or more: how much attention crosses the foreground's outline if it lies elsewhere in the picture (mirrored
    /// and moved; the median), divided by how much crosses it where it is (<see cref="Crossing"/>). 1 means that the foreground is like any
    /// other part of the picture. 0 if there is no foreground, or nothing else.
    /// </summary>
    /// <param name="map">A map whose saliency is border saliency.</param>
    /// <param name="minArea">Minimum number of cells of a connected region of the foreground; smaller regions do not count.</param>
    public static double Of(CellMap map, double minArea)
    {
        var regions = BorderLocator.Foreground(map.Saliency, map.Grid);
        var areas = regions.Areas();
        var inside = Array.ConvertAll(regions.Labels, region => region >= 0 && areas[region] >= minArea);
        if (!inside.Contains(true) || !inside.Contains(false)) return 0;
        var all = Moved(inside, map.Grid).ToList();
        var elsewhere = all.Where(moved => Correlation(inside, moved) <= MaxCorrelation).ToList();
        if (elsewhere.Count == 0) elsewhere = all;
        var crossings = Crossing.Of(map.Attention, [inside, .. elsewhere]);
        return crossings[1..].Order().ElementAt(elsewhere.Count / 2) / Math.Max(crossings[0], MinCrossing);
    }

    static IEnumerable<bool[]> Moved(bool[] inside, Grid grid)
    {
        foreach (var (acrossFirst, downFirst) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
            for (var down = 0; down < Steps; down++)
                for (var across = 0; across < Steps; across++)
                {
                    var (byY, byX) = (down * grid.Height / Steps, across * grid.Width / Steps);
                    var moved = new bool[inside.Length];
                    for (var cell = 0; cell < inside.Length; cell++)
                    {
                        var (y, x) = ((cell / grid.Width + byY) % grid.Height, (cell % grid.Width + byX) % grid.Width);
                        if (downFirst) y = grid.Height - 1 - y;
                        if (acrossFirst) x = grid.Width - 1 - x;
                        moved[cell] = inside[y * grid.Width + x];
                    }
                    yield return moved;
                }
    }

    // Of two outlines with equally many cells, not all and not none.
    static double Correlation(bool[] one, bool[] other)
    {
        var share = (double)one.Count(cell => cell) / one.Length;
        var both = (double)one.Zip(other).Count(cells => cells is (true, true)) / one.Length;
        return (both - share * share) / (share * (1 - share));
    }
}
