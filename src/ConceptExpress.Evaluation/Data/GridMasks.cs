using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;

namespace ConceptExpress.Evaluation.Data;

/// <summary>Masks of pixels on the latent grid.</summary>
public static class GridMasks
{
    /// <summary>A cell belongs to the thing when at least half of its pixels do; where no cell does, the one with the largest share.</summary>
    /// <param name="mask">Of any size, not empty.</param>
    /// <param name="grid">The cells.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static GridMask Of(Mask mask, GridSize grid)
    {
        if (mask.Area == 0) throw new ArgumentException("an empty mask has no place on the grid");
        var shares = new double[grid.Cells];
        for (var y = 0; y < grid.Height; y++)
            for (var x = 0; x < grid.Width; x++)
                shares[y * grid.Width + x] = Share(mask, Range(y, grid.Height, mask.Height), Range(x, grid.Width, mask.Width));
        var cells = Array.ConvertAll(shares, share => share >= 0.5);
        if (!cells.Contains(true)) cells[Array.IndexOf(shares, shares.Max())] = true;
        return new GridMask(grid, cells);
    }

    /// <summary>The pixels that a cell touches.</summary>
    static (int From, int To) Range(int cell, int cells, int pixels) =>
        ((int)((long)cell * pixels / cells), (int)(((long)(cell + 1) * pixels + cells - 1) / cells));

    static double Share(Mask mask, (int From, int To) rows, (int From, int To) columns)
    {
        var inside = 0;
        for (var y = rows.From; y < rows.To; y++)
            foreach (var pixel in mask.Pixels.Slice(y * mask.Width + columns.From, columns.To - columns.From))
                if (pixel) inside++;
        return (double)inside / ((rows.To - rows.From) * (columns.To - columns.From));
    }
}
