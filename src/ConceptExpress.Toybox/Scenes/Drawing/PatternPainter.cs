using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Paints stripes, dots or checks over shapes. The pattern continues across all shapes of one toy.</summary>
sealed class PatternPainter
{
    const float Reach = 1.6f; // beyond the corners of the toy's square at any rotation
    const float Stripe = 0.29f, Check = 0.34f, DotPitch = 0.5f, DotRadius = 0.17f;
    static readonly float[] StripeTurns = [0, 90, 45, -45, 20, -20];

    readonly SKCanvas canvas;
    readonly string pattern;
    readonly SKColor color;
    readonly float turn, shiftX, shiftY, scale;

    /// <summary>Draws the pattern's rotation, shift and scale from the toy's detail seed.</summary>
    public PatternPainter(SKCanvas canvas, Toy toy)
    {
        (this.canvas, pattern, color) = (canvas, toy.Pattern, ToyPalette.Of(toy.Color).Second);
        var random = new SceneRandom(toy.DetailSeed, "pattern");
        turn = pattern == "striped" ? random.Pick(StripeTurns) : random.Single(-12, 12);
        (shiftX, shiftY, scale) = (random.Single(-0.2, 0.2), random.Single(-0.2, 0.2), random.Single(0.92, 1.12));
    }

    /// <summary>Paints the pattern inside a shape; nothing if the toy is plain. Does not dispose of the shape.</summary>
    public void Paint(SKPath shape)
    {
        if (pattern == "plain") return;
        canvas.Save();
        canvas.ClipPath(shape, SKClipOperation.Intersect, antialias: true);
        canvas.RotateDegrees(turn);
        canvas.Translate(shiftX, shiftY);
        canvas.Scale(scale);
        using var marks = Marks();
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        canvas.DrawPath(marks, paint);
        canvas.Restore();
    }

    SKPath Marks()
    {
        var path = new SKPath();
        if (pattern == "striped") AddStripes(path);
        else if (pattern == "dotted") AddDots(path);
        else AddChecks(path);
        return path;
    }

    static void AddStripes(SKPath path)
    {
        for (var y = -6 * Stripe; y < Reach; y += 2 * Stripe) path.AddRect(new SKRect(-Reach, y, Reach, y + Stripe));
    }

    static void AddDots(SKPath path)
    {
        for (var row = -4; row <= 4; row++)
            for (var column = -4; column <= 4; column++)
                path.AddCircle((column + (row % 2 == 0 ? 0 : 0.5f)) * DotPitch, row * DotPitch * 0.87f, DotRadius);
    }

    static void AddChecks(SKPath path)
    {
        for (var row = -5; row < 5; row++)
            for (var column = -5; column < 5; column++)
                if ((row + column) % 2 == 0) path.AddRect(SKRect.Create(column * Check, row * Check, Check, Check));
    }
}
