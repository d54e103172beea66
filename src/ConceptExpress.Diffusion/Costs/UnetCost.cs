using ConceptExpress.Diffusion.Unet;

namespace ConceptExpress.Diffusion.Costs;

/// <summary>The cost of a UNet's evaluation.</summary>
static class UnetCost
{
    // Of a transformer block, in units of cells times channels. Inputs of the group norm and three layer norms (4), queries, keys, values
    // and result of self-attention and its sum (5), queries and result of cross-attention and their sum (3), and of the gated network both
    // halves (8), the activated half (4).
    const double KeptOfTransformer = 24;

    /// <summary>Returns the cost for one latent.</summary>
    /// <param name="config">The UNet.</param>
    /// <param name="side">Side of the latent, in cells.</param>
    /// <param name="tokens">Number of text positions.</param>
    public static NetworkCost Of(UnetConfig config, int side, int tokens)
    {
        var sum = new CostSum();
        var (channels, levels) = (config.BlockOutChannels, config.Levels);
        var cells = CellsOf(side, levels);
        double time = 4 * channels[0];
        sum.Layer(cells[0], config.InChannels, channels[0], kernel: 3);
        var skips = new Stack<double>();
        void Skip(double elements)
        {
            skips.Push(elements);
            sum.Hold(elements);
        }
        Skip(cells[0] * channels[0]);
        for (var level = 0; level < levels; level++)
        {
            for (var i = 0; i < config.LayersAt(level); i++)
            {
                sum.Residual(cells[level], channels[i == 0 ? Math.Max(level - 1, 0) : level], channels[level], time);
                if (config.AttendsDown(level)) Transformer(sum, config, level, cells[level], tokens);
                Skip(cells[level] * channels[level]);
            }
            if (level == levels - 1) continue;
            sum.Layer(cells[level + 1], channels[level], channels[level], kernel: 3);
            Skip(cells[level + 1] * channels[level]);
        }
        var (last, width) = (levels - 1, channels[^1]);
        sum.Residual(cells[last], width, width, time);
        Transformer(sum, config, last, cells[last], tokens);
        sum.Residual(cells[last], width, width, time);
        for (var position = 0; position < levels; position++)
        {
            var level = levels - 1 - position;
            var layers = config.LayersAt(level) + 1;
            for (var i = 0; i < layers; i++)
            {
                var inputs = channels[i == 0 ? Math.Min(level + 1, levels - 1) : level]
                    + channels[i == layers - 1 ? Math.Max(level - 1, 0) : level];
                sum.Residual(cells[level], inputs, channels[level], time);
                if (config.AttendsUp(position)) Transformer(sum, config, level, cells[level], tokens);
                sum.Hold(-skips.Pop());
            }
            if (level > 0) sum.Layer(cells[level - 1], channels[level], channels[level], kernel: 3);
        }
        sum.Layer(cells[0], channels[0], config.OutChannels, kernel: 3);
        return sum.Cost;
    }

    /// <summary>
    /// Elements of the attention weights that a recorder keeps at a level while one layer is evaluated: scores and weights of all heads.
    /// </summary>
    public static double Recorded(UnetConfig config, int side, int level) =>
        CellsOf(side, config.Levels)[level] is var cells ? 2 * config.HeadsAt(level) * cells * cells : 0;

    /// <summary>The finest level that attends on the way up.</summary>
    public static int FinestLevel(UnetConfig config) => Enumerable.Range(0, config.Levels)
        .FirstOrDefault(level => config.AttendsUp(config.Levels - 1 - level));

    static double[] CellsOf(int side, int levels)
    {
        var cells = new double[levels];
        for (var level = 0; level < levels; level++, side = (side + 1) / 2) cells[level] = (double)side * side;
        return cells;
    }

    static void Transformer(CostSum sum, UnetConfig config, int level, double cells, int tokens)
    {
        var (width, text) = ((double)config.BlockOutChannels[level], config.ContextWidthAt(level));
        sum.Layer(cells, width, 2 * width); // into the transformer and out of it
        for (var i = 0; i < config.TransformerLayersAt(level); i++)
        {
            sum.Layer(cells, width, 4 * width);
            sum.Attention(cells, cells, width);
            sum.Layer(cells, width, 2 * width);
            sum.Layer(tokens, text, 2 * width);
            sum.Attention(cells, tokens, width);
            sum.Layer(cells, width, 12 * width); // 8 times as wide, and back from 4 times
            sum.Block(KeptOfTransformer * cells * width + 2 * tokens * width);
        }
    }
}
