using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Draws the vehicles: car, boat, rocket.</summary>
static class Vehicles
{
    static readonly SKColor Glass = new(190, 226, 240), Tyre = new(52, 52, 60), Hub = new(212, 214, 218), Lamp = new(255, 240, 160);
    static readonly SKColor Canvas = new(252, 248, 236), Mast = new(134, 92, 56), Flame = new(255, 150, 30), FlameCore = new(255, 226, 90);

    public static void Car(ToyPainter p)
    {
        var (roof, wheel, front) = (p.Random.Single(-0.72, -0.6), p.Random.Single(0.25, 0.29), p.Random.Single(0.28, 0.42));
        p.Body(Shapes.Polygon(0.22f,
            (-0.98f, 0.5f), (-0.98f, -0.06f), (-0.72f, -0.12f), (-0.5f, roof), (front, roof), (front + 0.3f, -0.1f), (0.98f, 0),
                (0.98f, 0.5f)));
        p.Mark(Shapes.Polygon(0.06f, (-0.52f, -0.1f), (-0.37f, roof + 0.14f), (-0.1f, roof + 0.14f), (-0.1f, -0.1f)), Glass);
        p.Mark(Shapes.Polygon(0.06f, (0.03f, -0.1f), (0.03f, roof + 0.14f), (front - 0.08f, roof + 0.14f), (front + 0.14f, -0.1f)), Glass);
        p.Stroke(Shapes.Line((-0.035f, -0.04f), (-0.035f, 0.36f)), 0.045f, p.Palette.Outline);
        p.Mark(Shapes.Circle(0.86f, 0.16f, 0.1f), Lamp);
        foreach (var x in (float[])[-0.54f, 0.54f])
        {
            p.Part(Shapes.Circle(x, 0.52f, wheel), Tyre);
            p.Mark(Shapes.Circle(x, 0.52f, 0.45f * wheel), Hub);
        }
    }

    public static void Boat(ToyPainter p)
    {
        var (mast, bow) = (p.Random.Single(-0.06, 0.1), p.Random.Single(0.9, 0.98));
        p.Tube(Shapes.Line((mast, 0.3f), (mast, -0.94f)), 0.07f, Mast, ToyPainter.Ink);
        p.Body(Shapes.Polygon(0.07f, (mast - 0.08f, -0.9f), (mast - 0.08f, 0.12f), (-0.82f, 0.12f)));
        p.Part(Shapes.Polygon(0.05f, (mast + 0.1f, -0.68f), (mast + 0.1f, 0.12f), (0.66f, 0.12f)), Canvas);
        p.Body(Shapes.Polygon(0.14f, (-0.96f, 0.26f), (bow, 0.2f), (0.62f, 0.88f), (-0.68f, 0.88f)));
        p.Stroke(Shapes.Line((-0.86f, 0.34f), (bow - 0.12f, 0.3f)), 0.07f, Canvas);
    }

    public static void Rocket(ToyPainter p)
    {
        var half = p.Random.Single(0.4, 0.48);
        p.Part(Shapes.Smooth((-0.2f, 0.6f), (0.2f, 0.6f), (0.16f, 0.84f), (0, 1), (-0.16f, 0.84f)), Flame);
        p.Mark(Shapes.Smooth((-0.09f, 0.62f), (0.09f, 0.62f), (0, 0.88f)), FlameCore);
        p.Part(Shapes.Polygon(0.08f, (-half + 0.06f, 0), (-0.84f, 0.42f), (-0.78f, 0.84f), (-0.3f, 0.62f)), p.Palette.Deep);
        p.Part(Shapes.Polygon(0.08f, (half - 0.06f, 0), (0.84f, 0.42f), (0.78f, 0.84f), (0.3f, 0.62f)), p.Palette.Deep);
        p.Body(Shapes.Smooth((0, -1), (0.28f, -0.62f), (half, -0.1f), (0.38f, 0.44f), (0.26f, 0.66f), (-0.26f, 0.66f), (-0.38f, 0.44f),
            (-half, -0.1f), (-0.28f, -0.62f)));
        p.Part(Shapes.Smooth((0, -1), (0.17f, -0.78f), (0.27f, -0.58f), (0, -0.52f), (-0.27f, -0.58f), (-0.17f, -0.78f)), p.Palette.Deep);
        p.Part(Shapes.Circle(0, -0.14f, 0.21f), SKColors.White);
        p.Mark(Shapes.Circle(0, -0.14f, 0.14f), new SKColor(112, 186, 226));
    }
}
