using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Measures whether anything stands out in a picture: how far the foreground as a whole is from the picture's border. A plain picture also
/// has a foreground, because <see cref="Otsu"/> always finds a threshold, but its cells attend to the same places as the border.
/// </summary>
/// <remarks>The measurements are in docs/deviations.md.</remarks>
static class Prominence
{
    /// <summary>
    /// Returns the prominence, in nats, 0 or more: the geometric mean of two distances between foreground and border. One is the difference
    /// of their mean <see cref="BorderSaliency"/>, the other the <see cref="SymmetricDivergence"/> of their mean rows of attention. 0 if
    /// there is no foreground.
    /// </summary>
    /// <param name="map">A map whose saliency is border saliency.</param>
    /// <param name="minArea">Minimum number of cells of a connected region of the foreground; smaller regions do not count.</param>
    public static double Of(CellMap map, double minArea)
    {
        var regions = BorderLocator.Foreground(map.Saliency, map.Grid);
        var areas = regions.Areas();
        var inside = Array.ConvertAll(regions.Labels, region => region >= 0 && areas[region] >= minArea ? 1f : 0f);
        if (!inside.Contains(1f)) return 0;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var border = BorderSaliency.BorderCells(map.Grid);
        var rise = Mean(map.Saliency, inside) - Mean(map.Saliency, border);
        var rows = tensor([.. inside, .. border], [2, map.Grid.Cells], dtype: map.Attention.dtype,
            device: map.Attention.device).matmul(map.Attention);
        rows /= rows.sum(1, keepdim: true);
        var divergence = SymmetricDivergence.Between(rows.narrow(0, 0, 1), rows.narrow(0, 1, 1)).item<float>();
        return Math.Sqrt(Math.Max(rise, 0) * Math.Max(divergence, 0));
    }

    static double Mean(float[] values, float[] weights) =>
        values.Zip(weights, (value, weight) => (double)value * weight).Sum() / weights.Sum();
}
