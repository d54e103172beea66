using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

// Shapes: n cells, K outlines

/// <summary>How much attention crosses outlines: the normalized cut of the symmetric graph of attention.</summary>
/// <remarks>"Normalized Cuts and Image Segmentation".</remarks>
static class Crossing
{
    /// <summary>
    /// Returns for each outline the share of attention that crosses it, seen from inside and from outside: the sum of the two shares, 0 to
    /// 2. It is 1 if attention does not know the outline.
    /// </summary>
    /// <param name="attention">(n,n) self-attention, values of 0 or more.</param>
    /// <param name="outlines">K outlines of n cells: true inside. Each has cells inside and outside.</param>
    public static double[] Of(Tensor attention, params IReadOnlyList<bool[]> outlines)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var inside = tensor([.. outlines.SelectMany(cells => cells.Select(cell => cell ? 1.0 : 0.0))],
            [outlines.Count, outlines[0].Length]); // (K,n)
        var graph = attention.to(float64, CPU);
        graph = (graph + graph.t()) / 2;
        var degrees = graph.sum(1);
        var volumes = inside.mv(degrees);
        var crossing = volumes - (inside.mm(graph) * inside).sum(1);
        return (crossing / volumes + crossing / (degrees.sum() - volumes)).data<double>().ToArray();
    }
}
