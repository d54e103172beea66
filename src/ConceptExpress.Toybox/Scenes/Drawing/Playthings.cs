using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Draws the playthings: ball, block, drum, kite, robot.</summary>
static class Playthings
{
    static readonly SKColor Skin = new(250, 240, 216), Gold = new(214, 168, 60), Wood = new(160, 112, 66), Metal = new(168, 176, 188);

    public static void Ball(ToyPainter p)
    {
        p.Body(Shapes.Circle(0, 0, 0.92f));
        var bend = p.Random.Single(0.25, 0.5);
        if (p.IsPlain)
        {
            p.Stroke(Shapes.Curve((-0.88f, -0.1f), (-0.4f, bend - 0.1f), (0.3f, bend), (0.86f, 0.14f)), 0.07f, p.Palette.Deep);
            p.Stroke(Shapes.Curve((0.1f, -0.88f), (0.5f * bend, -0.4f), (0.4f * bend, 0.3f), (-0.12f, 0.88f)), 0.07f, p.Palette.Deep);
        }
        p.Gloss(0, 0, 0.52f, 0.22f);
    }

    public static void Block(ToyPainter p)
    {
        var depth = p.Random.Single(0.38, 0.5);
        var (left, top, right, bottom) = (-0.92f, -0.92f + depth, 0.92f - depth, 0.92f);
        p.Body(ToyPainter.Blend(p.Palette.Base, SKColors.White, 0.34f),
            Shapes.Polygon(0.06f, (left, top), (left + depth, top - depth), (right + depth, top - depth), (right, top)));
        p.Body(p.Palette.Deep, Shapes.Polygon(0.06f, (right, top), (right + depth, top - depth), (right + depth, bottom - depth),
            (right, bottom)));
        p.Body(Shapes.Box(left, top, right, bottom, 0.08f));
        if (!p.IsPlain) return;
        p.Stroke(Shapes.Box(left + 0.2f, top + 0.2f, right - 0.2f, bottom - 0.2f, 0.1f), 0.08f, p.Palette.Deep);
    }

    public static void Drum(ToyPainter p)
    {
        var (top, bottom, half, flat) = (-0.36f, 0.7f, 0.88f, 0.21f);
        var side = new SKPath();
        side.MoveTo(-half, top);
        side.LineTo(-half, bottom);
        side.CubicTo(-half, bottom + 1.3f * flat, half, bottom + 1.3f * flat, half, bottom);
        side.LineTo(half, top);
        side.Close();
        p.Body(side);
        const int Turns = 6;
        var lacing = new (float, float)[Turns + 1];
        for (var i = 0; i <= Turns; i++)
        {
            var x = half * (2f * i / Turns - 1) * 0.97f;
            lacing[i] = (x, (i % 2 == 0 ? top + 0.12f : bottom - 0.08f) + flat * MathF.Sqrt(1 - x * x / (half * half)));
        }
        p.Stroke(Shapes.Line(lacing), 0.055f, p.Palette.Outline);
        p.Stroke(Shapes.Curve((-half, bottom), (-0.5f, bottom + 0.2f), (0, bottom + 0.24f), (0.5f, bottom + 0.2f), (half, bottom)), 0.13f,
            p.Palette.Deep);
        p.Part(Shapes.Ellipse(0, top, half, flat), p.Palette.Deep);
        p.Mark(Shapes.Ellipse(0, top, half - 0.1f, flat - 0.06f), Skin);
        var tilt = p.Random.Single(-0.1, 0.1);
        Stick(p, (-0.72f + tilt, -0.9f), (0.2f, -0.3f));
        Stick(p, (0.68f + tilt, -0.94f), (-0.12f, -0.26f));
    }

    static void Stick(ToyPainter p, (float X, float Y) hand, (float X, float Y) tip)
    {
        p.Tube(Shapes.Line(hand, tip), 0.08f, Wood, ToyPainter.Ink);
        p.Part(Shapes.Circle(tip.X, tip.Y, 0.1f), Wood);
    }

    public static void Kite(ToyPainter p)
    {
        var (half, cross, sway) = (p.Random.Single(0.7, 0.8), p.Random.Single(-0.42, -0.3), p.Random.Single(0.22, 0.36));
        const float End = 0.48f;
        p.Stroke(Shapes.Curve((0, End), (sway, 0.64f), (-0.5f * sway, 0.78f), (sway, 0.98f)), 0.07f, p.Palette.Outline);
        p.Body(Shapes.Polygon(0.05f, (0, -1), (half, cross), (0, End), (-half, cross)));
        p.Stroke(Shapes.Line((0, -0.96f), (0, End - 0.04f)), 0.06f, p.Palette.Outline);
        p.Stroke(Shapes.Line((-half + 0.04f, cross), (half - 0.04f, cross)), 0.06f, p.Palette.Outline);
        Bow(p, 0.8f * sway, 0.66f);
        Bow(p, 0.25f * sway, 0.86f);
    }

    static void Bow(ToyPainter p, float x, float y)
    {
        p.Part(Shapes.Polygon(0.02f, (x - 0.22f, y - 0.09f), (x, y), (x - 0.2f, y + 0.11f)), p.Palette.Base);
        p.Part(Shapes.Polygon(0.02f, (x + 0.22f, y - 0.11f), (x, y), (x + 0.2f, y + 0.09f)), p.Palette.Base);
    }

    public static void Robot(ToyPainter p)
    {
        var (head, torso) = (p.Random.Single(0.5, 0.58), p.Random.Single(0.54, 0.62));
        p.Tube(Shapes.Line((0, -0.72f), (0, -0.92f)), 0.06f, Metal, ToyPainter.Ink);
        p.Part(Shapes.Circle(0, -0.91f, 0.1f), Gold);
        p.Tube(Shapes.Line((-torso, 0.08f), (-0.86f, 0.2f), (-0.86f, 0.44f)), 0.17f, p.Palette.Deep, p.Palette.Outline);
        p.Tube(Shapes.Line((torso, 0.08f), (0.86f, 0.2f), (0.86f, 0.44f)), 0.17f, p.Palette.Deep, p.Palette.Outline);
        p.Part(Shapes.Box(-0.46f, 0.6f, -0.1f, 0.96f, 0.08f), Metal);
        p.Part(Shapes.Box(0.1f, 0.6f, 0.46f, 0.96f, 0.08f), Metal);
        p.Body(Shapes.Box(-torso, -0.08f, torso, 0.74f, 0.1f));
        p.Body(Shapes.Box(-head, -0.78f, head, -0.06f, 0.12f));
        foreach (var x in (float[])[-0.24f, 0.24f])
        {
            p.Part(Shapes.Circle(x, -0.5f, 0.15f), SKColors.White);
            p.Mark(Shapes.Circle(x, -0.49f, 0.085f), ToyPainter.Ink);
        }
        p.Mark(Shapes.Box(-0.26f, -0.26f, 0.26f, -0.15f, 0.04f), ToyPainter.Ink);
        if (p.IsPlain) p.Part(Shapes.Circle(0.2f, 0.2f, 0.11f), Gold);
    }
}
