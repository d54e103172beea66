namespace ConceptExpress.Extraction;

/// <summary>A binary mask on the latent grid.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Cells">Height * Width values, row by row from the top.</param>
public sealed record GridMask(int Height, int Width, bool[] Cells)
{
    /// <summary>How many cells are set.</summary>
    public int Area => Cells.Count(c => c);

    /// <summary>Share of the grid that is set, 0 to 1.</summary>
    public double Coverage => (double)Area / Cells.Length;

    public bool this[int y, int x] => Cells[y * Width + x];
}
