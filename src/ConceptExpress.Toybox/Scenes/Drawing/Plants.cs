using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Draws the plants: mushroom, tree, flower.</summary>
static class Plants
{
    static readonly SKColor Stem = new(246, 232, 204), Gill = new(216, 196, 160), Bark = new(128, 86, 52), Leaf = new(66, 140, 66);
    static readonly SKColor Pollen = new(252, 206, 60), DarkPollen = new(122, 76, 40);

    public static void Mushroom(ToyPainter p)
    {
        var (foot, rim) = (p.Random.Single(0.3, 0.38), p.Random.Single(0.14, 0.22));
        p.Part(Shapes.Smooth((-0.24f, 0), (0.24f, 0), (0.26f, 0.5f), (foot, 0.88f), (0, 0.96f), (-foot, 0.88f), (-0.26f, 0.5f)), Stem);
        var cap = new SKPath();
        cap.MoveTo(-0.96f, rim);
        cap.CubicTo(-1, -0.56f, -0.52f, -0.94f, 0, -0.94f);
        cap.CubicTo(0.52f, -0.94f, 1, -0.56f, 0.96f, rim);
        cap.CubicTo(0.9f, rim + 0.22f, -0.9f, rim + 0.22f, -0.96f, rim);
        cap.Close();
        p.Body(cap);
        p.Mark(Shapes.Ellipse(0, rim + 0.06f, 0.56f, 0.075f), Gill);
        if (p.IsPlain) p.Gloss(0, -0.34f, 0.36f, 0.19f);
    }

    public static void Tree(ToyPainter p)
    {
        var (low, mid) = (p.Random.Single(0.8, 0.9), p.Random.Single(0.62, 0.7));
        p.Part(Shapes.Box(-0.16f, 0.5f, 0.16f, 0.98f, 0.05f), Bark);
        p.Body(Shapes.Polygon(0.14f, (0, -0.2f), (low, 0.64f), (-low, 0.64f)));
        p.Body(Shapes.Polygon(0.14f, (0, -0.62f), (mid, 0.2f), (-mid, 0.2f)));
        p.Body(Shapes.Polygon(0.14f, (0, -1), (0.48f, -0.24f), (-0.48f, -0.24f)));
    }

    public static void Flower(ToyPainter p)
    {
        var petals = 5 + p.Random.Below(2);
        const float Y = -0.28f;
        p.Tube(Shapes.Curve((0, 0.1f), (0.06f, 0.5f), (0, 0.94f)), 0.1f, Leaf, ToyPainter.Blend(Leaf, ToyPainter.Ink, 0.6f));
        p.Part(Shapes.Smooth((0.04f, 0.78f), (0.24f, 0.5f), (0.58f, 0.48f), (0.42f, 0.74f)), Leaf);
        var shapes = new SKPath[petals + 1];
        var start = p.Random.Single(0, 1);
        for (var i = 0; i < petals; i++)
        {
            var (x, y) = Shapes.OnCircle(0, Y, 0.41f, start + (float)i / petals);
            shapes[i] = Shapes.Circle(x, y, petals == 5 ? 0.29f : 0.26f);
        }
        shapes[petals] = Shapes.Circle(0, Y, 0.3f);
        p.Body(shapes);
        var warm = p.Palette.Base == ToyPalette.Of("yellow").Base || p.Palette.Base == ToyPalette.Of("orange").Base;
        p.Part(Shapes.Circle(0, Y, 0.19f), warm ? DarkPollen : Pollen);
    }
}
