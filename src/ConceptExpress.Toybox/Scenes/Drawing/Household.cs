using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Draws house, cup and umbrella.</summary>
static class Household
{
    static readonly SKColor Door = new(122, 82, 52), Glass = new(196, 228, 240), Chimney = new(150, 120, 108), Cocoa = new(104, 68, 46),
        Handle = new(134, 92, 56);

    public static void House(ToyPainter p)
    {
        var (peak, chimney) = (p.Random.Single(-0.98, -0.88), p.Random.Single(0.34, 0.46));
        p.Part(Shapes.Box(chimney, -0.86f, chimney + 0.22f, -0.3f, 0.03f), Chimney);
        p.Body(Shapes.Box(-0.74f, -0.3f, 0.74f, 0.92f, 0.04f));
        p.Part(Shapes.Polygon(0.07f, (0, peak), (0.98f, -0.14f), (-0.98f, -0.14f)), p.Palette.Deep);
        p.Part(Shapes.Box(-0.5f, 0.3f, -0.12f, 0.9f, 0.04f), Door);
        p.Mark(Shapes.Circle(-0.2f, 0.62f, 0.04f), new SKColor(240, 210, 120));
        p.Part(Shapes.Box(0.12f, 0.14f, 0.52f, 0.5f, 0.03f), Glass);
        p.Stroke(Shapes.Line((0.32f, 0.16f), (0.32f, 0.48f)), 0.05f, SKColors.White);
        p.Stroke(Shapes.Line((0.14f, 0.32f), (0.5f, 0.32f)), 0.05f, SKColors.White);
    }

    public static void Cup(ToyPainter p)
    {
        var (foot, reach) = (p.Random.Single(0.44, 0.56), p.Random.Single(0.9, 0.98));
        p.Tube(Shapes.Curve((0.5f, -0.32f), (reach - 0.1f, -0.32f), (reach - 0.06f, 0.24f), (0.46f, 0.42f)), 0.15f, p.Palette.Deep,
            p.Palette.Outline);
        var mug = new SKPath();
        mug.MoveTo(-0.86f, -0.58f);
        mug.CubicTo(-0.86f, 0.1f, -foot - 0.14f, 0.86f, -foot + 0.06f, 0.88f);
        mug.CubicTo(-0.3f, 0.98f, 0, 0.98f, foot - 0.36f, 0.88f);
        mug.CubicTo(foot - 0.08f, 0.86f, 0.56f, 0.1f, 0.56f, -0.58f);
        mug.Close();
        p.Body(mug);
        p.Part(Shapes.Ellipse(-0.15f, -0.58f, 0.71f, 0.22f), p.Palette.Deep);
        p.Mark(Shapes.Ellipse(-0.15f, -0.54f, 0.58f, 0.14f), Cocoa);
    }

    public static void Umbrella(ToyPainter p)
    {
        var (low, scallop) = (p.Random.Single(0.06, 0.14), 0.15f);
        p.Tube(Shapes.Curve((0, -0.2f), (0, 0.4f), (0, 0.74f), (0.14f, 0.93f), (0.32f, 0.88f), (0.36f, 0.7f)), 0.1f, Handle,
            ToyPainter.Ink);
        p.Stroke(Shapes.Curve((0.36f, 0.7f), (0.5f, 0.62f), (0.46f, 0.46f)), 0.05f, Handle);
        p.Tube(Shapes.Line((0, -0.8f), (0, -0.96f)), 0.07f, Handle, ToyPainter.Ink);
        var canopy = new SKPath();
        canopy.MoveTo(-0.98f, low);
        canopy.CubicTo(-0.96f, -0.5f, -0.5f, -0.86f, 0, -0.86f);
        canopy.CubicTo(0.5f, -0.86f, 0.96f, -0.5f, 0.98f, low);
        foreach (var x in (float[])[0.33f, -0.33f, -0.98f]) canopy.QuadTo(x + 0.325f, low - 2 * scallop, x, low);
        canopy.Close();
        p.Body(canopy);
        foreach (var side in (float[])[-1, 1])
            p.Stroke(Shapes.Curve((0, -0.84f), (0.24f * side, -0.5f), (0.33f * side, low - 0.02f)), 0.06f, p.Palette.Outline);
    }
}
