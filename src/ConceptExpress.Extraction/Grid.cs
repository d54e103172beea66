using static TorchSharp.torch;

namespace ConceptExpress.Extraction;

/// <summary>
/// The size of a grid of cells: of the latent, or of an attention layer. Cells are numbered row by row from the top. Both sides are set by
/// name, so they cannot be swapped by mistake.
/// </summary>
public readonly record struct Grid
{
    /// <summary>Number of cells from left to right, 1 or more.</summary>
    public required int Width { get; init; }

    /// <summary>Number of cells from top to bottom, 1 or more.</summary>
    public required int Height { get; init; }

    /// <summary>Number of cells: width times height.</summary>
    public int Cells => Height * Width;

    /// <summary>Returns a square grid.</summary>
    /// <param name="side">Number of cells along each side, 1 or more. It is not checked here.</param>
    public static Grid Square(int side) => new() { Width = side, Height = side };

    /// <summary>Returns the grid of a tensor of maps.</summary>
    /// <param name="maps">(..., h, w), two dimensions or more. The last two are the height and width of the grid.</param>
    /// <exception cref="IndexOutOfRangeException">The tensor has fewer than two dimensions.</exception>
    public static Grid Of(Tensor maps) => new() { Width = (int)maps.shape[^1], Height = (int)maps.shape[^2] };

    /// <summary>Returns the size as text, width first: <c>24x16</c> is 24 cells wide.</summary>
    public override string ToString() => $"{Width}x{Height}";

    /// <summary>Throws unless a list has one entry per cell.</summary>
    /// <param name="count">Number of entries in the list.</param>
    /// <param name="what">What the list is, for the message: "the mask".</param>
    /// <exception cref="ArgumentException">The count differs from <see cref="Cells"/>, or a side of the grid is below 1.</exception>
    public void RequireCells(long count, string what)
    {
        if (Height < 1 || Width < 1) throw new ArgumentException($"a grid of {this} has no cells; both sides must be 1 or more");
        if (count != Cells) throw new ArgumentException($"{what} has {count} entries, but the {this} grid has {Cells} cells");
    }
}
