using ConceptExpress.Toybox.Scenes.Drawing;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Backgrounds;

/// <summary>Draws the open backgrounds: water and sky.</summary>
static class OpenGrounds
{
    public static void Water(GroundPainter p)
    {
        var tone = p.Varied(new SKColor(112, 176, 188), 10);
        p.Gradient(ToyPainter.Blend(tone, SKColors.White, 0.14f), ToyPainter.Blend(tone, new SKColor(56, 116, 140), 0.35f));
        var crest = p.Random.Single(0.13, 0.19);
        for (var y = p.Random.Single(0.02, 0.08); y < 1.05f; y += p.Random.Single(0.09, 0.13))
        {
            var start = p.Random.Single(-crest, 0);
            p.Stroke(Waves(start, y + 0.022f, crest), 0.018f, new SKColor(66, 130, 150, 150));
            p.Stroke(Waves(start, y, crest), 0.016f, new SKColor(206, 234, 236, 200));
        }
    }

    static SKPath Waves(float start, float y, float crest)
    {
        var waves = new SKPath();
        waves.MoveTo(start, y);
        for (var x = start; x < 1; x += crest) waves.QuadTo(x + crest / 2, y + 0.042f, x + crest, y);
        return waves;
    }

    public static void Sky(GroundPainter p)
    {
        var tone = p.Varied(new SKColor(138, 188, 234), 12);
        p.Gradient(tone, ToyPainter.Blend(tone, SKColors.White, 0.5f));
        var count = 4 + p.Random.Below(3);
        for (var i = 0; i < count; i++)
            Cloud(p, p.Random.Single(-0.05, 1.05), (i + p.Random.Single(0.1, 0.9)) / count, p.Random.Single(0.1, 0.18));
    }

    static void Cloud(GroundPainter p, float x, float y, float size)
    {
        p.Fill(Puffs(x, y + 0.14f * size, size), new SKColor(186, 208, 234, 190));
        p.Fill(Puffs(x, y, size), new SKColor(250, 252, 255, 235));
    }

    static SKPath Puffs(float x, float y, float size)
    {
        var puffs = new SKPath { FillType = SKPathFillType.Winding };
        puffs.AddRoundRect(new SKRect(x - 1.1f * size, y, x + 1.1f * size, y + 0.5f * size), 0.25f * size, 0.25f * size);
        puffs.AddCircle(x - 0.5f * size, y + 0.06f * size, 0.38f * size);
        puffs.AddCircle(x + 0.12f * size, y - 0.1f * size, 0.5f * size);
        puffs.AddCircle(x + 0.62f * size, y + 0.14f * size, 0.32f * size);
        return puffs;
    }
}
