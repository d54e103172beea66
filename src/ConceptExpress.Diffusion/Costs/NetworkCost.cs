namespace ConceptExpress.Diffusion.Costs;

/// <summary>
/// What one evaluation of a network costs for one member of a batch, computed from its configuration. Elements are numbers of the type that
/// the network computes in.
/// </summary>
/// <param name="Operations">
/// Floating-point operations of a forward pass: two (multiply and add) per multiplication in convolutions, linear layers and attention.
/// </param>
/// <param name="Live">The most elements that are in memory at once in a forward pass without gradients, without the weights.</param>
/// <param name="Kept">The elements that a forward pass keeps for the backward pass, without the weights.</param>
readonly record struct NetworkCost(double Operations, double Live, double Kept);

/// <summary>Adds up the costs of a network's layers in the order of execution.</summary>
sealed class CostSum
{
    double operations, live, kept, held;

    /// <summary>The sum so far.</summary>
    public NetworkCost Cost => new(operations, live, kept);

    /// <summary>Adds a convolution or linear layer that is applied at <paramref name="cells"/> positions.</summary>
    public void Layer(double cells, double inputs, double outputs, int kernel = 1) =>
        operations += 2 * cells * inputs * outputs * kernel * kernel;

    /// <summary>Adds attention of queries to keys, with this number of channels in all heads.</summary>
    public void Attention(double queries, double keys, double channels) => operations += 4 * queries * keys * channels;

    /// <summary>A block whose intermediate results are all in memory until it ends.</summary>
    /// <param name="elements">Their number.</param>
    /// <param name="forGradients">How many of them a backward pass needs; null for all.</param>
    public void Block(double elements, double? forGradients = null)
    {
        live = Math.Max(live, held + elements);
        kept += forGradients ?? elements;
    }

    /// <summary>Elements that stay in memory for later blocks, or, if negative, no longer do.</summary>
    public void Hold(double elements) => held += elements;

    /// <summary>A residual block of two 3x3 convolutions.</summary>
    public void Residual(double cells, double inputs, double outputs, double timeWidth = 0)
    {
        Layer(cells, inputs, outputs, kernel: 3);
        Layer(cells, outputs, outputs, kernel: 3);
        Layer(1, timeWidth, outputs);
        if (inputs != outputs) Layer(cells, inputs, outputs);
        Block(cells * 3 * (inputs + outputs) + (inputs == outputs ? 0 : cells * outputs), cells * 3 * (inputs + outputs));
    }
}
