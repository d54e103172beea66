using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Measures whether anything stands out in a picture: how far the foreground as a whole is from the picture's border. A plain picture also
/// has a foreground, because <see cref="Otsu"/> always finds a threshold, but its cells attend to the same places as the border.
/// </summary>
/// <remarks>The measurements are in docs/deviations.md.</remarks>
static class Prominence
{
    // Below it, foreground and background do not see each other at all.
    const double MinCrossing = 1e-6;

    /// <summary>
    /// Returns the prominence, 0 or more: the <see cref="SymmetricDivergence"/> of the mean rows of attention of foreground and border, in
    /// nats, divided by the share of attention that crosses the foreground's outline (<see cref="NormalizedCut.Crossing"/>). Border cells
    /// of the foreground do not count as border; if all are, the rest of the picture does. 0 if there is no foreground, or nothing else.
    /// </summary>
    /// <param name="map">A map whose saliency is border saliency.</param>
    /// <param name="minArea">Minimum number of cells of a connected region of the foreground; smaller regions do not count.</param>
    public static double Of(CellMap map, double minArea)
    {
        var regions = BorderLocator.Foreground(map.Saliency, map.Grid);
        var areas = regions.Areas();
        var inside = Array.ConvertAll(regions.Labels, region => region >= 0 && areas[region] >= minArea);
        if (!inside.Contains(true) || !inside.Contains(false)) return 0;
        var border = BorderSaliency.BorderCells(map.Grid);
        var outside = inside.Zip(border, (taken, atBorder) => !taken && atBorder == 1).ToArray();
        if (!outside.Contains(true)) outside = Array.ConvertAll(inside, taken => !taken);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor Row(bool[] cells)
        {
            var sum = tensor(Array.ConvertAll(cells, cell => cell ? 1f : 0f), [1, cells.Length], dtype: map.Attention.dtype,
                device: map.Attention.device).mm(map.Attention);
            return sum / sum.sum();
        }
        var divergence = Math.Max(SymmetricDivergence.Between(Row(inside), Row(outside)).item<float>(), 0);
        var crossing = NormalizedCut.Crossing(map.Attention, [.. Enumerable.Range(0, inside.Length)],
            [.. Enumerable.Range(0, inside.Length).Where(cell => inside[cell])]);
        return divergence / Math.Max(crossing, MinCrossing);
    }
}
