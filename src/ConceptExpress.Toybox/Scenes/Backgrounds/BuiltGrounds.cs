using ConceptExpress.Toybox.Scenes.Drawing;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Backgrounds;

/// <summary>Draws the man-made backgrounds: wood, brick and paper.</summary>
static class BuiltGrounds
{
    public static void Wood(GroundPainter p)
    {
        var tone = p.Varied(new SKColor(176, 138, 98), 14);
        var plank = p.Random.Single(0.2, 0.3);
        for (var top = -p.Random.Single(0, plank); top < 1; top += plank)
        {
            p.Box(new SKRect(0, top, 1, top + plank), 0, p.Varied(tone, 11));
            for (var i = 1; i <= 4; i++) Grain(p, top + plank * (i - p.Random.Single(0.2, 0.8)) / 4);
            p.Box(new SKRect(0, top, 1, top + 0.014f), 0, new SKColor(98, 68, 42));
            var joint = p.Random.Single(0.05, 0.95);
            p.Box(new SKRect(joint, top, joint + 0.012f, top + plank), 0, new SKColor(98, 68, 42));
        }
    }

    static void Grain(GroundPainter p, float y)
    {
        float Wobble() => y + p.Random.Single(-0.012, 0.012);
        p.Stroke(Shapes.Curve((-0.05f, Wobble()), (0.3f, Wobble()), (0.65f, Wobble()), (1.05f, Wobble())), p.Random.Single(0.006, 0.011),
            new SKColor(136, 98, 62, 170));
    }

    public static void Brick(GroundPainter p)
    {
        p.Gradient(new SKColor(208, 200, 188), new SKColor(194, 184, 172));
        var tone = p.Varied(new SKColor(168, 108, 90), 12);
        const float Mortar = 0.018f;
        var (width, height) = (p.Random.Single(0.22, 0.28), p.Random.Single(0.105, 0.135));
        var (y, shifted) = (-p.Random.Single(0, height), false);
        for (; y < 1; y += height, shifted = !shifted)
            for (var x = (shifted ? -0.5f : -1) * width; x < 1; x += width)
                p.Box(new SKRect(x, y, x + width - Mortar, y + height - Mortar), 0.012f, p.Varied(tone, 16));
    }

    public static void Paper(GroundPainter p)
    {
        var tone = p.Varied(new SKColor(246, 241, 226), 5);
        p.Gradient(tone, ToyPainter.Blend(tone, new SKColor(226, 216, 192), 0.3f));
        var (pitch, squared) = (p.Random.Single(0.09, 0.12), p.Random.Chance(0.6));
        var lines = new SKPath();
        for (var at = p.Random.Single(0.01, pitch); at < 1; at += pitch)
        {
            lines.MoveTo(0, at);
            lines.LineTo(1, at);
            if (!squared) continue;
            lines.MoveTo(at, 0);
            lines.LineTo(at, 1);
        }
        p.Stroke(lines, 0.012f, new SKColor(158, 188, 216));
        if (squared) return;
        var margin = p.Random.Single(0.1, 0.16);
        p.Stroke(Shapes.Line((margin, 0), (margin, 1)), 0.012f, new SKColor(222, 128, 128));
    }
}
