using ConceptExpress.Imaging;

namespace ConceptExpress.Extraction;

/// <summary>A binary mask on the latent grid. This is the only mask type in cells; <see cref="Mask"/> is the one in pixels.</summary>
/// <param name="Grid">Size of the grid.</param>
/// <param name="Cells">
/// (height, width) values, one per cell, row by row from the top: true inside the concept. The array is neither copied nor checked.
/// </param>
public sealed record GridMask(Grid Grid, bool[] Cells)
{
    // A cell is set if at least this share of its pixels belongs to the mask.
    const double MinShare = 0.5;

    /// <summary>Number of cells that are set.</summary>
    public int Area => Cells.Count(c => c);

    /// <summary>Share of the grid that is set, 0 to 1.</summary>
    public double Coverage => (double)Area / Cells.Length;

    /// <summary>Whether a cell is set.</summary>
    /// <param name="x">The column from the left, 0 to the width - 1. Another column may read a cell of another row.</param>
    /// <param name="y">The row from the top, 0 to the height - 1.</param>
    /// <exception cref="IndexOutOfRangeException">The cell is outside of the array.</exception>
    public bool this[int x, int y] => Cells[y * Grid.Width + x];

    /// <summary>Returns the mask in pixels. Each pixel takes the value of the cell that contains its center.</summary>
    /// <param name="size">Size of the picture in pixels, each side 1 or more.</param>
    /// <exception cref="ArgumentException"><see cref="Cells"/> does not have one value per cell of the grid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side of the picture or of the grid is below 1.</exception>
    /// <exception cref="OverflowException">The picture has 2^31 pixels or more.</exception>
    public Mask ToMask(PixelSize size) => new Mask(new PixelSize { Width = Grid.Width, Height = Grid.Height }, Cells).Resize(size);

    /// <summary>
    /// Converts a mask from pixels to cells. A cell is set if at least half of its pixels are. If no cell reaches that, the cell with the
    /// largest share is set.
    /// </summary>
    /// <param name="mask">A mask in pixels, of any size and not empty.</param>
    /// <param name="grid">Size of the grid, each side 1 or more. The mask is stretched to it.</param>
    /// <returns>A mask with at least one cell set.</returns>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static GridMask Of(Mask mask, Grid grid)
    {
        if (mask.Area == 0) throw new ArgumentException("the mask is empty; give a mask with at least one pixel set");
        var shares = new double[grid.Cells];
        for (var y = 0; y < grid.Height; y++)
            for (var x = 0; x < grid.Width; x++)
                shares[y * grid.Width + x] = Share(mask, Pixels(x, grid.Width, mask.Width), Pixels(y, grid.Height, mask.Height));
        var cells = Array.ConvertAll(shares, share => share >= MinShare);
        if (!cells.Contains(true)) cells[Array.IndexOf(shares, shares.Max())] = true;
        return new GridMask(grid, cells);
    }

    /// <summary>Returns the range of pixels that a cell covers along one side, partly covered pixels included.</summary>
    static Range Pixels(int cell, int cells, int pixels) =>
        (int)((long)cell * pixels / cells)..(int)(((long)(cell + 1) * pixels + cells - 1) / cells);

    static double Share(Mask mask, Range columns, Range rows)
    {
        var (inside, all) = (0, 0);
        for (var y = rows.Start.Value; y < rows.End.Value; y++)
            for (var x = columns.Start.Value; x < columns.End.Value; x++, all++)
                if (mask[x, y]) inside++;
        return (double)inside / all;
    }
}
