using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using static TorchSharp.torch;

namespace ConceptExpress.MicroBenchmarks;

// Shapes: n = h*w cells of the grid

/// <summary>
/// A picture made of numbers: two things that touch, a third apart from them, and a ground. Its self-attention is like a UNet's: cells
/// attend to near cells and to cells of their own thing, with noise. The same side gives the same numbers.
/// </summary>
/// <param name="side">Side of the square grid, in cells; 12 or more.</param>
sealed class TouchingThings(int side)
{
    const double SameThing = 3, Reach = 1.0 / 6, Noise = 0.3;

    /// <summary>The grid of the picture.</summary>
    public Grid Grid { get; } = Grid.Square(side);

    /// <summary>Which thing each cell belongs to: 1 and 2 touch, 3 is apart, 0 is the ground.</summary>
    public int[] Labels { get; } =
        [.. Enumerable.Range(0, side * side).Select(cell => ThingAt((cell % side + 0.5) / side, (cell / side + 0.5) / side))];

    /// <summary>Returns the cells of the two things that touch.</summary>
    public bool[] TwoThings() => Array.ConvertAll(Labels, label => label is 1 or 2);

    /// <summary>Returns the self-attention, (n, n) fp32, rows normalised to sum 1. The caller disposes of it.</summary>
    public Tensor Attention()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, $"attention of {side}");
        var cells = arange(Grid.Cells, dtype: float32);
        var places = stack([cells.div(side, RoundingMode.floor), cells.remainder(side)], 1) / (Reach * side); // (n, 2)
        var things = tensor(Labels, dtype: float32);
        var same = things.unsqueeze(0).eq(things.unsqueeze(1)).to(float32);
        var logits = same * SameThing - cdist(places, places) + random.Normal([Grid.Cells, Grid.Cells], CPU) * Noise;
        return logits.softmax(1).MoveToOuterDisposeScope();
    }

    static int ThingAt(double x, double y) =>
        x is > 0.15 and < 0.45 && y is > 0.2 and < 0.55 ? 1
        : x is > 0.45 and < 0.75 && y is > 0.25 and < 0.5 ? 2
        : x is > 0.4 and < 0.8 && y is > 0.7 and < 0.9 ? 3 : 0;
}
