using System.Runtime.InteropServices;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>The soft shadow of a toy: its silhouette, averaged over a coarse grid, so that it is as soft at every size of the
/// picture.</summary>
static class ToyShadow
{
    const int FinestGrid = 32;
    const byte Darkest = 150;
    const float Offset = 0.075f, Reach = 0.9f; // in sizes of the toy
    static readonly SKColor Tone = new(20, 22, 40, Darkest);

    /// <summary>Draws on a canvas whose picture has side 1.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="silhouette">(side, side) RGBA, the toy alone.</param>
    /// <param name="toy">Whose shadow it is.</param>
    /// <param name="lightDirection">Radians clockwise from the right.</param>
    public static void Draw(SKCanvas canvas, SKBitmap silhouette, Toy toy, double lightDirection)
    {
        var grid = Math.Min(FinestGrid, silhouette.Width);
        using var cells = new SKBitmap(new SKImageInfo(grid, grid, SKColorType.Alpha8, SKAlphaType.Premul));
        Marshal.Copy(Softened(Averages(silhouette, grid), grid), 0, cells.GetPixels(), grid * grid);
        using var image = SKImage.FromBitmap(cells);
        using var paint = new SKPaint { Color = Tone };
        var (sin, cos) = Math.SinCos(lightDirection);
        var (x, y) = ((float)(-Offset * toy.Size * cos), (float)(-Offset * toy.Size * sin));
        canvas.Save();
        var reach = (float)(Reach * toy.Size);
        canvas.ClipRect(new SKRect((float)toy.X - reach, (float)toy.Y - reach, (float)toy.X + reach, (float)toy.Y + reach));
        canvas.DrawImage(image, SKRect.Create(x, y, 1, 1), new SKSamplingOptions(SKFilterMode.Linear), paint);
        canvas.Restore();
    }

    /// <summary>(grid, grid): mean opacity of the pixels in each cell, 0 to 255.</summary>
    static int[] Averages(SKBitmap silhouette, int grid)
    {
        var side = silhouette.Width;
        var pixels = silhouette.GetPixelSpan();
        var (sums, counts) = (new int[grid * grid], new int[grid * grid]);
        var column = new int[side];
        for (var x = 0; x < side; x++) column[x] = x * grid / side;
        for (var y = 0; y < side; y++)
        {
            var row = pixels.Slice(4 * y * side, 4 * side);
            for (var x = 0; x < side; x++)
            {
                var cell = column[y] * grid + column[x];
                sums[cell] += row[4 * x + 3];
                counts[cell]++;
            }
        }
        for (var i = 0; i < sums.Length; i++) sums[i] /= counts[i];
        return sums;
    }

    /// <summary>Each cell's mean with its neighbours, weighted 1 2 1 across and down.</summary>
    static byte[] Softened(int[] cells, int grid)
    {
        var soft = new byte[cells.Length];
        int At(int x, int y) => cells[Math.Clamp(y, 0, grid - 1) * grid + Math.Clamp(x, 0, grid - 1)];
        int Row(int x, int y) => At(x - 1, y) + 2 * At(x, y) + At(x + 1, y);
        for (var y = 0; y < grid; y++)
            for (var x = 0; x < grid; x++)
                soft[y * grid + x] = (byte)((Row(x, y - 1) + 2 * Row(x, y) + Row(x, y + 1)) / 16);
        return soft;
    }
}
