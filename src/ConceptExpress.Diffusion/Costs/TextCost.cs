using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Diffusion.Costs;

/// <summary>The cost of encoding one prompt.</summary>
static class TextCost
{
    // Of a layer, in units of positions times width: two layer norms, queries, keys, values, result of the attention, and two sums.
    const double KeptPerLayer = 8;

    /// <summary>Returns the cost of one prompt.</summary>
    /// <param name="config">The text encoder.</param>
    /// <param name="tokens">Number of text positions.</param>
    public static NetworkCost Of(ClipTextConfig config, int tokens)
    {
        var sum = new CostSum();
        for (var i = 0; i < config.Layers; i++)
        {
            sum.Layer(tokens, config.HiddenSize, 4 * config.HiddenSize);
            sum.Attention(tokens, tokens, config.HiddenSize);
            sum.Layer(tokens, config.HiddenSize, 2 * config.IntermediateSize);
            sum.Block(tokens * (KeptPerLayer * config.HiddenSize + 3 * config.IntermediateSize));
        }
        return sum.Cost;
    }
}
