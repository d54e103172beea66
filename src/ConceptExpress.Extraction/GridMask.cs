using ConceptExpress.Imaging;

namespace ConceptExpress.Extraction;

/// <summary>A binary mask on the latent grid: the one mask type in cells.</summary>
/// <param name="Grid">The cells.</param>
/// <param name="Cells">One value per cell, row by row from the top.</param>
public sealed record GridMask(Grid Grid, bool[] Cells)
{
    // A cell belongs to a thing of which it holds at least this share.
    const double MinShare = 0.5;

    /// <summary>How many cells are set.</summary>
    public int Area => Cells.Count(c => c);

    /// <summary>Share of the grid that is set, 0 to 1.</summary>
    public double Coverage => (double)Area / Cells.Length;

    /// <summary>Whether the cell in column <paramref name="x"/> of row <paramref name="y"/> is set.</summary>
    public bool this[int x, int y] => Cells[y * Grid.Width + x];

    /// <summary>The mask in pixels, each of which takes the cell that its centre lies in.</summary>
    public Mask ToMask(PixelSize size) => new Mask(new PixelSize { Width = Grid.Width, Height = Grid.Height }, Cells).Resize(size);

    /// <summary>A mask of pixels on a grid. A cell belongs to the thing when at least half of its pixels do; where no cell does, the one with the largest share.</summary>
    /// <param name="mask">Of any size, not empty.</param>
    /// <param name="grid">The cells.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static GridMask Of(Mask mask, Grid grid)
    {
        if (mask.Area == 0) throw new ArgumentException("an empty mask has no place on the grid");
        var shares = new double[grid.Cells];
        for (var y = 0; y < grid.Height; y++)
            for (var x = 0; x < grid.Width; x++)
                shares[y * grid.Width + x] = Share(mask, Pixels(x, grid.Width, mask.Width), Pixels(y, grid.Height, mask.Height));
        var cells = Array.ConvertAll(shares, share => share >= MinShare);
        if (!cells.Contains(true)) cells[Array.IndexOf(shares, shares.Max())] = true;
        return new GridMask(grid, cells);
    }

    /// <summary>The pixels that a cell touches.</summary>
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
