using ConceptExpress.Toybox.Scenes.Drawing;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Backgrounds;

/// <summary>Draws clutter: small things that count as background (pebbles, leaves, confetti).</summary>
static class Clutter
{
    static readonly SKColor[] Pebbles = [new(142, 138, 134), new(166, 160, 152), new(120, 116, 116), new(186, 176, 164)];
    static readonly SKColor[] Leaves = [new(172, 124, 62), new(196, 148, 70), new(124, 134, 70), new(150, 92, 56)];
    static readonly SKColor[] Confetti = [new(206, 118, 118), new(112, 148, 196), new(222, 194, 112), new(140, 182, 134),
        new(178, 140, 192)];

    /// <summary>Draws <paramref name="count"/> small things, of a kind that suits the background, at random places.</summary>
    public static void Draw(GroundPainter p, string background, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (x, y, size, turn) = (p.Random.Single(0.02, 0.98), p.Random.Single(0.02, 0.98), p.Random.Single(0.014, 0.03),
                p.Random.Single(0, 1));
            if (background is "sand" or "brick" || (background == "snow" && i % 2 == 0)) Pebble(p, x, y, size);
            else if (background is "wood" or "paper") Piece(p, x, y, size, turn);
            else Leaf(p, x, y, size, turn);
        }
    }

    static void Pebble(GroundPainter p, float x, float y, float size)
    {
        var color = p.Random.Pick(Pebbles);
        p.Fill(Shapes.Ellipse(x + 0.2f * size, y + 0.35f * size, size, 0.75f * size), new SKColor(30, 30, 50, 70));
        p.Fill(Shapes.Ellipse(x, y, size, 0.75f * size), color);
        p.Fill(Shapes.Ellipse(x - 0.25f * size, y - 0.2f * size, 0.4f * size, 0.25f * size), ToyPainter.Blend(color, SKColors.White, 0.4f));
    }

    static void Leaf(GroundPainter p, float x, float y, float size, float turn)
    {
        var (tip, stem) = (Shapes.OnCircle(x, y, 1.5f * size, turn), Shapes.OnCircle(x, y, 1.5f * size, turn + 0.5f));
        var (left, right) = (Shapes.OnCircle(x, y, 0.7f * size, turn + 0.25f), Shapes.OnCircle(x, y, 0.7f * size, turn + 0.75f));
        var color = p.Random.Pick(Leaves);
        p.Fill(Shapes.Polygon(0.5f * size, tip, left, stem, right), color);
        p.Stroke(Shapes.Line(tip, stem), 0.2f * size, ToyPainter.Blend(color, SKColors.Black, 0.3f));
    }

    static void Piece(GroundPainter p, float x, float y, float size, float turn)
    {
        var corners = new (float, float)[4];
        for (var i = 0; i < 4; i++) corners[i] = Shapes.OnCircle(x, y, 0.9f * size, turn + 0.25f * i);
        p.Fill(Shapes.Polygon(0.1f * size, corners), p.Random.Pick(Confetti));
    }
}
