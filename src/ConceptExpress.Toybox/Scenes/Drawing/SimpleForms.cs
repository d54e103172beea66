namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Draws the toys that are one simple shape: star, heart, ring.</summary>
static class SimpleForms
{
    public static void Star(ToyPainter p)
    {
        p.Body(Shapes.Star(5, 1.02f, p.Random.Single(0.46, 0.54), 0.16f));
        if (!p.IsPlain) return;
        p.Gloss(0, 0, 0.34f, 0.15f);
    }

    public static void Heart(ToyPainter p)
    {
        var (notch, lobe) = (p.Random.Single(-0.5, -0.36), p.Random.Single(-0.86, -0.76));
        var heart = new SkiaSharp.SKPath();
        heart.MoveTo(0, notch);
        heart.CubicTo(0.2f, lobe - 0.22f, 0.98f, lobe - 0.16f, 0.96f, -0.22f);
        heart.CubicTo(0.94f, 0.26f, 0.42f, 0.62f, 0, 0.94f);
        heart.CubicTo(-0.42f, 0.62f, -0.94f, 0.26f, -0.96f, -0.22f);
        heart.CubicTo(-0.98f, lobe - 0.16f, -0.2f, lobe - 0.22f, 0, notch);
        heart.Close();
        p.Body(heart);
        p.Gloss(-0.45f, -0.38f, 0.16f, 0.17f);
    }

    public static void Ring(ToyPainter p)
    {
        var inner = p.Random.Single(0.4, 0.47);
        p.Body(Shapes.Ring(0.94f, inner));
        p.Gloss(0, 0, 0.5f * (0.94f + inner), 0.17f);
    }
}
