using ConceptExpress.Toybox.Scenes.Drawing;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Backgrounds;

/// <summary>Draws the natural backgrounds: grass, sand and snow.</summary>
static class NaturalGrounds
{
    public static void Grass(GroundPainter p)
    {
        var tone = p.Varied(new SKColor(146, 178, 104), 12);
        p.Gradient(tone, ToyPainter.Blend(tone, new SKColor(92, 138, 72), 0.45f));
        p.Spots(5, 0.2, 0.4, new SKColor(112, 152, 76, 90));
        Blades(p, 110, new SKColor(98, 140, 70));
        Blades(p, 90, new SKColor(174, 202, 124));
    }

    /// <summary>Draws all blades of one tone as one path, which is much faster than one path per blade.</summary>
    static void Blades(GroundPainter p, int count, SKColor color)
    {
        var blades = new SKPath();
        for (var i = 0; i < count; i++)
        {
            var (x, y, height, lean) = (p.Random.Single(0, 1), p.Random.Single(0.02, 1.04), p.Random.Single(0.035, 0.075),
                p.Random.Single(-0.03, 0.03));
            blades.MoveTo(x, y);
            blades.QuadTo(x, y - 0.6f * height, x + lean, y - height);
        }
        p.Stroke(blades, 0.011f, color);
    }

    public static void Sand(GroundPainter p)
    {
        var tone = p.Varied(new SKColor(226, 206, 164), 10);
        p.Gradient(ToyPainter.Blend(tone, SKColors.White, 0.12f), ToyPainter.Blend(tone, new SKColor(196, 168, 120), 0.3f));
        var slope = p.Random.Single(-0.12, 0.12);
        for (var y = p.Random.Single(-0.05, 0.06); y < 1.1f; y += p.Random.Single(0.1, 0.15))
        {
            p.Stroke(Ripple(p, y, slope), 0.02f, new SKColor(198, 172, 126, 150));
            p.Stroke(Ripple(p, y + 0.022f, slope), 0.012f, new SKColor(244, 230, 196, 130));
        }
        Grains(p, 90, 0.006f, new SKColor(178, 148, 100, 170));
        Grains(p, 70, 0.006f, new SKColor(250, 240, 212, 200));
    }

    static SKPath Ripple(GroundPainter p, float y, float slope)
    {
        var wave = p.Random.Single(0.008, 0.02);
        return Shapes.Curve((-0.05f, y), (0.2f, y + 0.2f * slope + wave), (0.45f, y + 0.45f * slope - wave),
            (0.75f, y + 0.75f * slope + wave), (1.05f, y + slope));
    }

    static void Grains(GroundPainter p, int count, float radius, SKColor color)
    {
        var grains = new SKPath();
        for (var i = 0; i < count; i++) grains.AddCircle(p.Random.Single(0, 1), p.Random.Single(0, 1), radius);
        p.Fill(grains, color);
    }

    public static void Snow(GroundPainter p)
    {
        var tone = p.Varied(new SKColor(234, 240, 248), 5);
        p.Gradient(tone, ToyPainter.Blend(tone, new SKColor(200, 216, 238), 0.4f));
        for (var i = 0; i < 4; i++)
        {
            var (x, y, width) = (p.Random.Single(-0.1, 1.1), p.Random.Single(0.1, 1.05), p.Random.Single(0.3, 0.6));
            p.Spot(x, y, width, 0.28f * width, new SKColor(160, 186, 226, 200));
            p.Spot(x - 0.04f, y - 0.16f * width, width, 0.2f * width, new SKColor(255, 255, 255, 230));
        }
        Grains(p, 26, 0.007f, new SKColor(255, 255, 255, 255));
        Grains(p, 18, 0.006f, new SKColor(172, 194, 228, 220));
    }
}
