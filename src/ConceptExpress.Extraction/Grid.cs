using static TorchSharp.torch;

namespace ConceptExpress.Extraction;

/// <summary>
/// The cells a picture is seen in: its latent grid, or an attention layer's. Cells are numbered row by row from the top. Both sides are set by name, so that
/// they cannot be swapped unnoticed.
/// </summary>
public readonly record struct Grid
{
    /// <summary>Cells from left to right, 1 or more.</summary>
    public required int Width { get; init; }

    /// <summary>Cells from top to bottom, 1 or more.</summary>
    public required int Height { get; init; }

    /// <summary>Width times height.</summary>
    public int Cells => Height * Width;

    /// <summary>A square of <paramref name="side"/> cells.</summary>
    public static Grid Square(int side) => new() { Width = side, Height = side };

    /// <summary>The grid that the last two dimensions (..., h, w) of a tensor cover.</summary>
    public static Grid Of(Tensor maps) => new() { Width = (int)maps.shape[^1], Height = (int)maps.shape[^2] };

    /// <summary><c>24x24</c>, width first.</summary>
    public override string ToString() => $"{Width}x{Height}";

    /// <exception cref="ArgumentException">A list of <paramref name="count"/> entries does not cover the grid.</exception>
    public void RequireCells(long count, string what)
    {
        if (Height < 1 || Width < 1) throw new ArgumentException($"a grid of {this} has no cells");
        if (count != Cells) throw new ArgumentException($"{what} has {count} entries where the {this} grid has {Cells} cells");
    }
}
