using ConceptExpress.Extraction.Locating;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>
/// Self-attention as a model might give it for a drawing: a cell attends to the cells of its letter, the more the nearer they are,
/// and a little to all others. '.' is background.
/// </summary>
sealed class PatchWorld
{
    readonly string cells;

    public PatchWorld(params string[] rows)
    {
        cells = string.Concat(rows);
        Grid = new GridSize(rows.Length, rows[0].Length);
    }

    public GridSize Grid { get; }

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

    /// <summary>1 on the letters given, a little elsewhere.</summary>
    public float[] Saliency(string letters) => [.. cells.Select(cell => letters.Contains(cell, StringComparison.Ordinal) ? 1f : 0.05f)];

    /// <summary>Cells of a letter.</summary>
    public bool[] Mask(char letter) => [.. cells.Select(cell => cell == letter)];

    float Affinity(int a, int b)
    {
        var (dy, dx) = (a / Grid.Width - b / Grid.Width, a % Grid.Width - b % Grid.Width);
        return 0.002f + (cells[a] == cells[b] ? MathF.Exp(-(dy * dy + dx * dx) / 32f) : 0);
    }
}
