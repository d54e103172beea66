using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>
/// Self-attention as a model might give it for a drawing: a cell attends to the cells of its letter, the more the nearer they are,
/// and a little to all others. '.' is background.
/// </summary>
sealed class PatchWorld
{
    readonly string cells;
    float scale = 1; // of the reach of attention

    public PatchWorld(params string[] rows)
    {
        cells = string.Concat(rows);
        Grid = new Grid { Width = rows[0].Length, Height = rows.Length };
    }

    public Grid Grid { get; }

    /// <summary>(hw, hw), rows summing to 1.</summary>
    public Tensor Map()
    {
        using var scope = NewDisposeScope();
        var values = new float[Grid.Cells * Grid.Cells];
        for (var i = 0; i < Grid.Cells; i++)
            for (var j = 0; j < Grid.Cells; j++)
                values[i * Grid.Cells + j] = Affinity(i, j);
        var map = tensor(values, [Grid.Cells, Grid.Cells]);
        return (map / map.sum(1, keepdim: true)).MoveToOuterDisposeScope();
    }

    /// <summary>What a locator reads here, with the letters given as what is salient.</summary>
    public CellMap Seen(string salient) => new(Grid, Map(), Saliency(salient));

    /// <summary>What a locator reads here that asks what the border reaches.</summary>
    public CellMap SeenFromTheBorder() => new BorderLocator(new BorderLocating()).MapOf(Map(), Grid);

    /// <summary>1 on the letters given, a little elsewhere.</summary>
    public float[] Saliency(string letters) => [.. cells.Select(cell => letters.Contains(cell, StringComparison.Ordinal) ? 1f : 0.05f)];

    /// <summary>A drawing of two discs, a and b, on a grid of any size. The reach of attention grows with the grid.</summary>
    /// <param name="width">Number of columns; there are three quarters as many rows.</param>
    public static PatchWorld Discs(int width)
    {
        char At(double x, double y) =>
            double.Hypot(x - 0.29, y - 0.27) < 0.16 ? 'a' : double.Hypot(x - 0.71, y - 0.46) < 0.2 ? 'b' : '.';
        return new PatchWorld([.. Enumerable.Range(0, width * 3 / 4).Select(y => string.Concat(Enumerable.Range(0, width).Select(x =>
            At((x + 0.5) / width, (y + 0.5) / width))))])
        {
            scale = width / 24f,
        };
    }

    /// <summary>The drawing as a picture: each letter has a colour, a cell is a square of some pixels.</summary>
    /// <param name="cell">Side of a cell in pixels.</param>
    public RgbImage Picture(int cell = 4)
    {
        var size = new PixelSize { Width = Grid.Width * cell, Height = Grid.Height * cell };
        var pixels = new byte[size.Area * 3];
        for (var y = 0; y < size.Height; y++)
            for (var x = 0; x < size.Width; x++)
            {
                var letter = cells[y / cell * Grid.Width + x / cell];
                byte[] color = letter == '.' ? [230, 230, 220] : [(byte)(60 + (letter - 'a') * 90), 40, (byte)(200 - (letter - 'a') * 80)];
                color.CopyTo(pixels, (y * size.Width + x) * 3);
            }
        return new RgbImage(size, pixels);
    }

    /// <summary>Cells of a letter.</summary>
    public bool[] Mask(char letter) => [.. cells.Select(cell => cell == letter)];

    float Affinity(int a, int b)
    {
        var (dy, dx) = (a / Grid.Width - b / Grid.Width, a % Grid.Width - b % Grid.Width);
        return 0.002f + (cells[a] == cells[b] ? MathF.Exp(-(dy * dy + dx * dx) / (32f * scale * scale)) : 0);
    }
}
