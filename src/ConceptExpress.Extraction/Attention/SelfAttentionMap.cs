using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>
/// Mean self-attention of several layers on one grid (method 1, aggregate). Layers are added one by one, so only one full map is in memory.
/// Keys are upsampled bilinearly and queries are repeated. A layer of r rows has the weight r / h; the weighted sum is divided by the sum
/// of weights. Upsampled keys are not renormalised, so low resolutions carry more mass (published semantics 4).
/// </summary>
sealed class SelfAttentionMap : IDisposable
{
    // Shapes: hw cells of the grid, N = r*c cells of a layer's grid.
    readonly Grid grid;
    readonly Tensor sum;
    double weights;

    /// <summary>Creates an empty map.</summary>
    /// <param name="grid">The grid of the map, usually the latent's: h x w cells.</param>
    /// <param name="device">The device that holds the map; null for the CPU.</param>
    public SelfAttentionMap(Grid grid, Device? device = null)
    {
        this.grid = grid;
        sum = zeros(grid.Cells, grid.Cells, dtype: float32, device: device ?? CPU).DetachFromDisposeScope();
    }

    /// <summary>Adds the attention of one layer.</summary>
    /// <param name="attention">(N, N) mean over heads, queries by keys, rows summing to 1.</param>
    /// <param name="layer">The layer's grid, N cells; not larger than the map's in either direction.</param>
    /// <exception cref="ArgumentException">The tensor is not (N, N), or the layer is finer than the map.</exception>
    public void Add(Tensor attention, Grid layer)
    {
        if (attention.dim() != 2 || attention.shape[0] != layer.Cells || attention.shape[1] != layer.Cells)
        {
            var shape = string.Join(", ", attention.shape);
            throw new ArgumentException(
                $"self-attention has the shape ({shape}), but a layer of {layer} needs ({layer.Cells}, {layer.Cells})");
        }
        if (layer.Height > grid.Height || layer.Width > grid.Width)
            throw new ArgumentException(
                $"a layer of {layer} is finer than the map of {grid}; add only layers that are not larger than the map");

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

    /// <summary>Returns the weighted mean of the layers added so far, (hw, hw). Rows are not normalised.</summary>
    /// <exception cref="InvalidOperationException">No layer was added.</exception>
    public Tensor Mean() =>
        weights > 0 ? sum / weights : throw new InvalidOperationException("the map has no layer of self-attention; add at least one");

    /// <summary>Returns the rows scaled to sum 1. A row of zeros stays zero.</summary>
    /// <param name="map">(n, d), values of 0 or more.</param>
    public static Tensor NormalizeRows(Tensor map)
    {
        using var sums = map.sum(1, keepdim: true).clamp_min_(float.Epsilon);
        return map / sums;
    }

    /// <summary>Returns attention on a finer grid, (hw, hw), rows scaled to sum 1; the same tensor if it is on that grid already.</summary>
    /// <param name="attention">(N, N), rows summing to 1.</param>
    /// <param name="from">Its grid, N cells.</param>
    /// <param name="to">The finer grid, h x w cells.</param>
    public static Tensor Enlarged(Tensor attention, Grid from, Grid to)
    {
        if (from == to) return attention;
        using var map = new SelfAttentionMap(to, attention.device);
        map.Add(attention, from);
        using var mean = map.Mean();
        return NormalizeRows(mean);
    }

    public void Dispose() => sum.Dispose();
}
