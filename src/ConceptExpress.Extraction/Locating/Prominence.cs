using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>
/// Whether anything stands out in a picture: how far the foreground as a whole is from the picture's border. A plain picture has a foreground, too, since
/// <see cref="Otsu"/> always finds a threshold; but what lies in it attends to the same places as the border.
/// </summary>
/// <remarks>docs/deviations.md tells what was measured.</remarks>
static class Prominence
{
    /// <summary>
    /// The geometric mean, in nats, of two distances between foreground and border: the difference of their mean <see cref="BorderSaliency"/>, and the
    /// <see cref="SymmetricDivergence"/> of their mean rows of attention. 0 where there is no foreground.
    /// </summary>
    /// <param name="map">With border saliency.</param>
    /// <param name="minArea">Cells that a connected region of the foreground must have to count.</param>
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
        var rows = tensor([.. inside, .. border], [2, map.Grid.Cells], dtype: map.Attention.dtype, device: map.Attention.device).matmul(map.Attention);
        rows /= rows.sum(1, keepdim: true);
        var divergence = SymmetricDivergence.Between(rows.narrow(0, 0, 1), rows.narrow(0, 1, 1)).item<float>();
        return Math.Sqrt(Math.Max(rise, 0) * Math.Max(divergence, 0));
    }

    static double Mean(float[] values, float[] weights) => values.Zip(weights, (value, weight) => (double)value * weight).Sum() / weights.Sum();
}
