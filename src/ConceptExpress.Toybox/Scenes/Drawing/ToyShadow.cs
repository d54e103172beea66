using System.Runtime.InteropServices;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>
/// Draws the soft shadow of a toy: its silhouette, averaged over a coarse grid. Pictures of every size have shadows of the same softness.
/// </summary>
static class ToyShadow
{
    const int FinestGrid = 32;
    const byte Darkest = 150;
    const float Offset = 0.075f, Reach = 0.9f; // relative to the toy's size
    static readonly SKColor Tone = new(20, 22, 40, Darkest);

    /// <summary>Draws the shadow on a canvas whose coordinates go from 0 to 1.</summary>
    /// <param name="canvas">The picture's canvas; the toy itself is drawn over the shadow later.</param>
    /// <param name="silhouette">(side, side) RGBA with only the toy on it.</param>
    /// <param name="toy">The toy; its position and size place the shadow.</param>
    /// <param name="lightDirection">Direction towards the light, in radians clockwise from the right.</param>
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

    /// <summary>Blurs the cells with the weights 1 2 1, horizontally and vertically.</summary>
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
