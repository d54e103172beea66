using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: n cells of the grid, K outlines

/// <summary>
/// Measures whether anything stands out in a picture. A plain picture also has a foreground, because <see cref="Otsu"/> always finds a
/// threshold, but attention crosses the outline of that foreground as it crosses any other line.
/// </summary>
/// <remarks>The measurements are in docs/deviations.md.</remarks>
static class Prominence
{
    // An outline is moved by multiples of a quarter of the grid's sides, in each direction, around the edge. Outlines that then cover
    // mostly the same cells say nothing.
    const int Steps = 4;
    const double MaxOverlap = 0.5;

    const double MinCrossing = 1e-6;

    /// <summary>
    /// Returns the prominence, 0 or more: how much attention crosses the foreground's outline if it lies elsewhere in the picture (mirrored
    /// and moved; the median), divided by how much crosses it where it is (<see cref="NormalizedCut.Crossing"/>). 1 means that the
    /// foreground is like any other part of the picture. 0 if there is no foreground, or nothing else.
    /// </summary>
    /// <param name="map">A map whose saliency is border saliency.</param>
    /// <param name="minArea">Minimum number of cells of a connected region of the foreground; smaller regions do not count.</param>
    public static double Of(CellMap map, double minArea)
    {
        var regions = BorderLocator.Foreground(map.Saliency, map.Grid);
        var areas = regions.Areas();
        var inside = Array.ConvertAll(regions.Labels, region => region >= 0 && areas[region] >= minArea);
        if (!inside.Contains(true) || !inside.Contains(false)) return 0;
        var crossings = Crossings([inside, .. Elsewhere(inside, map.Grid)], map.Attention);
        double[] elsewhere = [.. crossings[1..].Order()];
        return elsewhere.Length == 0 ? 0 : elsewhere[elsewhere.Length / 2] / Math.Max(crossings[0], MinCrossing);
    }

    static IEnumerable<bool[]> Elsewhere(bool[] inside, Grid grid)
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
                    var both = inside.Zip(moved).Count(cells => cells is (true, true));
                    if (both <= MaxOverlap * inside.Zip(moved).Count(cells => cells.First || cells.Second)) yield return moved;
                }
    }

    // As NormalizedCut.Crossing of the whole grid, for K outlines at once.
    static double[] Crossings(IReadOnlyList<bool[]> outlines, Tensor attention)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var parts = tensor([.. outlines.SelectMany(cells => cells.Select(cell => cell ? 1f : 0f))], [outlines.Count, outlines[0].Length])
            .to(float64); // (K,n)
        var graph = attention.to(float64, CPU);
        graph = (graph + graph.t()) / 2;
        var (seen, degrees) = (parts.mm(graph), graph.sum(1));
        var volumes = parts.mv(degrees);
        var crossing = volumes - (seen * parts).sum(1);
        return (crossing / volumes + crossing / (degrees.sum() - volumes)).data<double>().ToArray();
    }
}
