using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>A picture with its concepts marked: a tint and an outline over each mask, and the concept's number where the mask is widest.</summary>
public static class ConceptOverlay
{
    const double Tint = 0.4;
    const int PixelsPerStroke = 160; // how long the picture's shorter side is per pixel of line width

    /// <summary>Draws the masks, which have the picture's size, numbered in their order from 0.</summary>
    public static RgbImage Draw(RgbImage picture, IReadOnlyList<GrayImage> masks)
    {
        var canvas = new Canvas(picture);
        var stroke = Math.Max(1, Math.Min(picture.Width, picture.Height) / PixelsPerStroke);
        for (var i = 0; i < masks.Count; i++) DrawMask(canvas, masks[i], Rgb.Of(i), stroke);
        for (var i = 0; i < masks.Count; i++) DrawNumber(canvas, masks[i], i, stroke);
        return canvas.ToImage();
    }

    static void DrawMask(Canvas canvas, GrayImage mask, Rgb color, int stroke)
    {
        var depth = MaskDepth.Of(mask);
        for (var y = 0; y < mask.Height; y++)
            for (var x = 0; x < mask.Width; x++)
                if (depth[y * mask.Width + x] is > 0 and var d) canvas.Blend(x, y, color, d <= stroke ? 1 : Tint);
    }

    static void DrawNumber(Canvas canvas, GrayImage mask, int number, int scale)
    {
        var depth = MaskDepth.Of(mask);
        if (depth.Max() is var deepest && deepest == 0) return;
        var (y, x) = Math.DivRem(Array.IndexOf(depth, deepest), mask.Width);
        var text = $"{number}";
        var (width, height) = (scale * PixelFont.WidthOf(text), scale * PixelFont.GlyphHeight);
        var left = Math.Clamp(x - width / 2, scale, Math.Max(scale, canvas.Width - width - scale));
        var top = Math.Clamp(y - height / 2, scale, Math.Max(scale, canvas.Height - height - scale));
        canvas.WriteWithRim(text, left, top, scale, Rgb.White, Rgb.Black);
    }
}
