namespace ConceptExpress.Extraction.Locating;

/// <summary>The cells a picture is seen in: its latent grid, or an attention layer's. Cells are numbered row by row.</summary>
public readonly record struct GridSize(int Height, int Width)
{
    public int Cells => Height * Width;

    /// <exception cref="ArgumentException">A list of <paramref name="count"/> entries does not cover the grid.</exception>
    public void RequireCells(long count, string what)
    {
        if (Height < 1 || Width < 1) throw new ArgumentException($"a grid of {Height}x{Width} has no cells");
        if (count != Cells) throw new ArgumentException($"{what} has {count} entries where the {Height}x{Width} grid has {Cells} cells");
    }
}
