using ConceptExpress.Diffusion.Vae;

namespace ConceptExpress.Diffusion.Costs;

/// <summary>The costs of the autoencoder's two directions. They compute without gradients.</summary>
static class VaeCost
{
    /// <summary>Returns the cost of encoding one picture.</summary>
    /// <param name="config">The autoencoder.</param>
    /// <param name="side">Side of the picture, in pixels.</param>
    public static NetworkCost OfEncoding(VaeConfig config, int side)
    {
        var (sum, channels, last) = (new CostSum(), config.BlockOutChannels, config.BlockOutChannels.Length - 1);
        var cells = CellsOf(config, side);
        sum.Layer(cells[0], config.InChannels, channels[0], kernel: 3);
        for (var level = 0; level <= last; level++)
        {
            var inputs = channels[Math.Max(level - 1, 0)];
            sum.Hold(cells[level] * inputs);
            for (var i = 0; i < config.LayersPerBlock; i++)
                sum.Residual(cells[level], i == 0 ? inputs : channels[level], channels[level]);
            sum.Hold(-cells[level] * inputs);
            if (level < last) sum.Layer(cells[level + 1], channels[level], channels[level], kernel: 3);
        }
        Middle(sum, cells[last], channels[last]);
        sum.Layer(cells[last], channels[last], 2 * config.LatentChannels, kernel: 3);
        return sum.Cost;
    }

    /// <summary>Returns the cost of decoding one latent to a picture.</summary>
    /// <param name="config">The autoencoder.</param>
    /// <param name="side">Side of the picture, in pixels.</param>
    public static NetworkCost OfDecoding(VaeConfig config, int side)
    {
        var (sum, channels, last) = (new CostSum(), config.BlockOutChannels, config.BlockOutChannels.Length - 1);
        var cells = CellsOf(config, side);
        sum.Layer(cells[last], config.LatentChannels, channels[last], kernel: 3);
        Middle(sum, cells[last], channels[last]);
        for (var level = last; level >= 0; level--)
        {
            var inputs = channels[Math.Min(level + 1, last)];
            sum.Hold(cells[level] * inputs);
            for (var i = 0; i <= config.LayersPerBlock; i++)
                sum.Residual(cells[level], i == 0 ? inputs : channels[level], channels[level]);
            sum.Hold(-cells[level] * inputs);
            if (level > 0) sum.Layer(cells[level - 1], channels[level], channels[level], kernel: 3);
        }
        sum.Layer(cells[0], channels[0], config.OutChannels, kernel: 3);
        return sum.Cost;
    }

    static double[] CellsOf(VaeConfig config, int side) =>
        [.. config.BlockOutChannels.Select((_, level) => (double)(side >> level) * (side >> level))];

    static void Middle(CostSum sum, double cells, double channels)
    {
        sum.Residual(cells, channels, channels);
        sum.Layer(cells, channels, 4 * channels);
        sum.Attention(cells, cells, channels);
        sum.Residual(cells, channels, channels);
    }
}
