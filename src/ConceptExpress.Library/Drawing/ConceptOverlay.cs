using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>Marks the concepts in a picture: each mask gets a tint, an outline, and the concept's number at its deepest point.</summary>
static class ConceptOverlay
{
    const double Tint = 0.4;
    const int PixelsPerStroke = 160; // line width is one pixel for this many pixels of the picture's shorter side
    const int LinesOfText = 16; // text size is the shorter side divided by this
    const int MinTextSize = 11;

    /// <summary>Draws masks of the picture's size over a copy of it. They are numbered from 0, in order.</summary>
    public static RgbImage Draw(RgbImage picture, IReadOnlyList<Mask> masks)
    {
        using var canvas = new Canvas(picture);
        var side = Math.Min(picture.Width, picture.Height);
        var depths = masks.Select(MaskDepth.Of).ToList();
        for (var i = 0; i < masks.Count; i++) DrawMask(canvas, depths[i], Rgb.Of(i), Math.Max(1, side / PixelsPerStroke));
        for (var i = 0; i < masks.Count; i++) DrawNumber(canvas, depths[i], i, Math.Max(MinTextSize, side / LinesOfText));
        return canvas.ToImage();
    }

    static void DrawMask(Canvas canvas, int[] depth, Rgb color, int stroke)
    {
        for (var i = 0; i < depth.Length; i++)
            if (depth[i] > 0) canvas.Blend(i % canvas.Size.Width, i / canvas.Size.Width, color, depth[i] <= stroke ? 1 : Tint);
    }

    static void DrawNumber(Canvas canvas, int[] depth, int number, int size)
    {
        if (depth.Max() is var deepest && deepest == 0) return;
        var (y, x) = Math.DivRem(Array.IndexOf(depth, deepest), canvas.Size.Width);
        canvas.WriteWithRim($"{number}", x + 0.5f, y + 0.5f, size, Rgb.White, Rgb.Black);
    }
}
