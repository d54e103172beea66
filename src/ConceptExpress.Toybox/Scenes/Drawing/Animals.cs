using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Draws the animals: duck, fish, ladybug.</summary>
static class Animals
{
    static readonly SKColor Beak = new(250, 152, 30), BeakOfOrange = new(210, 60, 30);

    public static void Duck(ToyPainter p)
    {
        var (tail, head) = (p.Random.Single(-0.2, -0.04), p.Random.Single(0.42, 0.48));
        var beak = p.Palette.Base == ToyPalette.Of("orange").Base ? BeakOfOrange : Beak;
        p.Part(Shapes.Smooth((0.62f, -0.5f), (0.98f, -0.4f), (0.94f, -0.24f), (0.62f, -0.24f)), beak);
        p.Body(
            Shapes.Smooth((-0.98f, tail), (-0.6f, 0.14f), (-0.1f, 0.06f), (0.4f, -0.04f), (0.72f, 0.24f), (0.6f, 0.7f), (0.1f, 0.9f),
                (-0.5f, 0.84f), (-0.88f, 0.46f)),
            Shapes.Circle(0.34f, -0.46f, head));
        p.Stroke(Shapes.Curve((-0.52f, 0.26f), (-0.36f, 0.58f), (0.06f, 0.6f), (0.22f, 0.3f)), 0.09f, p.Palette.Outline);
        p.Stroke(Shapes.Line((0.7f, -0.37f), (0.9f, -0.34f)), 0.05f, ToyPainter.Blend(beak, ToyPainter.Ink, 0.6f));
        p.Eye(0.48f, -0.56f, 0.13f);
    }

    public static void Fish(ToyPainter p)
    {
        var (height, tail) = (p.Random.Single(0.52, 0.6), p.Random.Single(0.46, 0.58));
        p.Part(Shapes.Smooth((-0.3f, -0.4f), (-0.1f, -0.86f), (0.36f, -0.8f), (0.42f, -0.36f)), p.Palette.Deep);
        p.Part(Shapes.Smooth((-0.16f, 0.4f), (-0.2f, 0.8f), (0.14f, 0.74f), (0.24f, 0.44f)), p.Palette.Deep);
        p.Part(Shapes.Polygon(0.16f, (-0.4f, 0), (-0.98f, -tail), (-0.8f, 0), (-0.98f, tail)), p.Palette.Deep);
        p.Body(Shapes.Smooth((0.96f, 0.02f), (0.66f, -0.38f), (0.14f, -height), (-0.38f, -0.34f), (-0.64f, 0), (-0.38f, 0.34f),
            (0.14f, height), (0.66f, 0.38f)));
        p.Stroke(Shapes.Curve((0.3f, -0.34f), (0.18f, 0), (0.3f, 0.34f)), 0.08f, p.Palette.Outline);
        p.Stroke(Shapes.Curve((0.92f, 0.1f), (0.8f, 0.17f), (0.68f, 0.14f)), 0.06f, p.Palette.Outline);
        p.Eye(0.6f, -0.12f, 0.15f);
    }

    public static void Ladybug(ToyPainter p)
    {
        foreach (var side in (float[])[-1, 1])
        {
            p.Stroke(Shapes.Curve((0.12f * side, -0.7f), (0.2f * side, -0.92f), (0.4f * side, -0.98f)), 0.08f, ToyPainter.Ink);
            foreach (var y in (float[])[-0.24f, 0.18f, 0.56f])
                p.Stroke(Shapes.Curve((0.5f * side, y), (0.84f * side, y - 0.06f), (0.96f * side, y + 0.1f)), 0.1f, ToyPainter.Ink);
        }
        p.Part(Shapes.Ellipse(0, -0.52f, 0.44f, 0.36f), ToyPainter.Ink);
        p.Body(Shapes.Ellipse(0, 0.18f, 0.78f, 0.76f));
        p.Stroke(Shapes.Line((0, -0.54f), (0, 0.9f)), 0.08f, ToyPainter.Ink);
        p.Mark(Shapes.Circle(-0.2f, -0.68f, 0.09f), SKColors.White);
        p.Mark(Shapes.Circle(0.2f, -0.68f, 0.09f), SKColors.White);
        if (!p.IsPlain) return;
        var spot = p.Random.Single(0.11, 0.14);
        foreach (var (x, y) in ((float, float)[])[(0.38f, -0.14f), (-0.38f, -0.14f), (0.4f, 0.44f), (-0.4f, 0.44f)])
            p.Mark(Shapes.Circle(x, y, spot), ToyPainter.Ink);
    }
}
