using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>
/// Self-attention of several layers on one grid (method 1, aggregate), gathered layer by layer so that no more than one full map is
/// kept: keys bilinearly upsampled, queries repeated, a layer of r rows weighted by r / h, the sum divided by the weights' sum.
/// Upsampled keys are not renormalised, so that low resolutions carry the more mass, as in the published code.
/// </summary>
public sealed class SelfAttentionMap : IDisposable
{
    // Shapes: hw cells of the grid, N = r*c cells of a layer's grid.
    readonly Grid grid;
    readonly Tensor sum;
    double weights;

    /// <param name="grid">The grid of the map: the latent's height and width.</param>
    /// <param name="device">Where the map is kept; the processor if null.</param>
    public SelfAttentionMap(Grid grid, Device? device = null)
    {
        this.grid = grid;
        sum = zeros(grid.Cells, grid.Cells, dtype: float32, device: device ?? CPU).DetachFromDisposeScope();
    }

    /// <summary>Adds a layer.</summary>
    /// <param name="attention">(N, N): mean over heads, queries by keys, rows summing to 1.</param>
    /// <param name="layer">The layer's grid of N cells.</param>
    /// <exception cref="ArgumentException">The tensor is not (N, N), or the layer is finer than the map.</exception>
    public void Add(Tensor attention, Grid layer)
    {
        if (attention.dim() != 2 || attention.shape[0] != layer.Cells || attention.shape[1] != layer.Cells)
        {
            var shape = string.Join(", ", attention.shape);
            throw new ArgumentException($"self-attention of shape ({shape}) is not that of a layer of {layer}");
        }
        if (layer.Height > grid.Height || layer.Width > grid.Width)
            throw new ArgumentException($"a layer of {layer} is finer than the map of {grid}");

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var weight = (double)layer.Height / grid.Height;
        var keys = Bilinear.Resize(attention.to(float32, sum.device).view(layer.Cells, layer.Height, layer.Width), grid)
            .view(layer.Height, layer.Width, grid.Cells).mul(weight); // (r, c, hw)
        var columns = arange(grid.Width, device: sum.device).mul_(layer.Width).div(grid.Width, RoundingMode.floor).to(int64);
        for (var y = 0; y < grid.Height; y++)
        {
            using var row = keys[(long)y * layer.Height / grid.Height];
            using var repeated = row.index_select(0, columns); // (w, hw)
            using var target = sum.narrow(0, (long)y * grid.Width, grid.Width);
            target.add_(repeated);
        }
        weights += weight;
    }

    /// <summary>(hw, hw): the weighted mean of the layers added so far. Rows are not normalised.</summary>
    /// <exception cref="InvalidOperationException">No layer was added.</exception>
    public Tensor Mean() => weights > 0 ? sum / weights : throw new InvalidOperationException("no layer of self-attention was added");

    /// <summary>Rows scaled to sum 1; a row of zeros stays.</summary>
    /// <param name="map">(n, d), nothing negative.</param>
    public static Tensor NormalizeRows(Tensor map)
    {
        using var sums = map.sum(1, keepdim: true).clamp_min_(float.Epsilon);
        return map / sums;
    }

    public void Dispose() => sum.Dispose();
}
