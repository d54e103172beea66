using ConceptExpress.Extraction.Locating;

namespace ConceptExpress.Extraction;

/// <summary>A binary mask on the latent grid.</summary>
/// <param name="Grid">Rows and columns.</param>
/// <param name="Cells">One value per cell, row by row from the top.</param>
public sealed record GridMask(GridSize Grid, bool[] Cells)
{
    public int Height => Grid.Height;
    public int Width => Grid.Width;

    /// <summary>How many cells are set.</summary>
    public int Area => Cells.Count(c => c);

    /// <summary>Share of the grid that is set, 0 to 1.</summary>
    public double Coverage => (double)Area / Cells.Length;

    public bool this[int y, int x] => Cells[y * Width + x];
}
