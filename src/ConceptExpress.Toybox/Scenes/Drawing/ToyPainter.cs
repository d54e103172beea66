using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>
/// Paints the parts of one toy: bodies in the toy's color and pattern, other parts in fixed colors, all shaded by the same light.
/// Every method disposes of the paths that are passed to it.
/// </summary>
/// <param name="canvas">The canvas, scaled to the toy's square from -1 to 1.</param>
/// <param name="toy">The toy to paint: its color, pattern and detail seed are used.</param>
/// <param name="light">Unit vector towards the light, in the toy's square.</param>
/// <param name="outlineWidth">Width of outlines, in the toy's square.</param>
sealed class ToyPainter(SKCanvas canvas, Toy toy, SKPoint light, float outlineWidth)
{
    const byte Highlight = 84, Shade = 74;

    /// <summary>The near-black color of eyes, legs and lines.</summary>
    public static readonly SKColor Ink = new(38, 36, 44);

    readonly PatternPainter pattern = new(canvas, toy);

    /// <summary>The tones of the toy's color.</summary>
    public ToyPalette Palette { get; } = ToyPalette.Of(toy.Color);

    /// <summary>Decides proportions and details; seeded with the toy's detail seed.</summary>
    public SceneRandom Random { get; } = new(toy.DetailSeed, toy.Category);

    /// <summary>Whether the toy has no pattern.</summary>
    public bool IsPlain => toy.Pattern == ToyWords.Patterns[0];

    /// <summary>Paints shapes as one body with a common outline, in the toy's color and pattern.</summary>
    public void Body(params ReadOnlySpan<SKPath> shapes) => Body(Palette.Base, shapes);

    /// <summary>Paints shapes as one body with a common outline, in another tone and with the toy's pattern.</summary>
    public void Body(SKColor tone, params ReadOnlySpan<SKPath> shapes)
    {
        Outlines(shapes, Palette.Outline);
        var bounds = shapes[0].Bounds;
        foreach (var shape in shapes) bounds.Union(shape.Bounds);
        foreach (var shape in shapes)
        {
            Fill(shape, tone);
            pattern.Paint(shape);
            Shading(shape, bounds);
            shape.Dispose();
        }
    }

    /// <summary>Paints a shaded shape without pattern, with an outline in a darker mix of its own color.</summary>
    public void Part(SKPath shape, SKColor color)
    {
        Outlines([shape], Blend(color, Ink, 0.6f));
        Fill(shape, color);
        Shading(shape, shape.Bounds);
        shape.Dispose();
    }

    /// <summary>Fills a shape without shading or outline.</summary>
    public void Mark(SKPath shape, SKColor color)
    {
        Fill(shape, color);
        shape.Dispose();
    }

    /// <summary>Draws a line without outline.</summary>
    public void Stroke(SKPath line, float width, SKColor color)
    {
        StrokeOnly(line, width, color);
        line.Dispose();
    }

    /// <summary>Draws a thick line with an outline, such as a handle.</summary>
    public void Tube(SKPath line, float width, SKColor color, SKColor outline)
    {
        StrokeOnly(line, width + 2 * outlineWidth, outline);
        StrokeOnly(line, width, color);
        line.Dispose();
    }

    /// <summary>Draws a white highlight at the distance <paramref name="reach"/> from (x, y), on the side that faces the light.</summary>
    public void Gloss(float x, float y, float reach, float size)
    {
        canvas.Save();
        canvas.Translate(x + reach * light.X, y + reach * light.Y);
        canvas.RotateRadians(MathF.Atan2(light.Y, light.X) + MathF.PI / 2);
        Mark(Shapes.Ellipse(0, 0, size, 0.55f * size), SKColors.White.WithAlpha(150));
        canvas.Restore();
    }

    /// <summary>Draws a round eye that looks to the right.</summary>
    public void Eye(float x, float y, float radius)
    {
        Mark(Shapes.Circle(x, y, radius), SKColors.White);
        Mark(Shapes.Circle(x + 0.2f * radius, y, 0.68f * radius), Ink);
    }

    /// <summary>Mixes two colors; a <paramref name="share"/> of 0 gives the first, 1 the second.</summary>
    public static SKColor Blend(SKColor a, SKColor b, float share) => new(
        (byte)(a.Red + share * (b.Red - a.Red)), (byte)(a.Green + share * (b.Green - a.Green)), (byte)(a.Blue + share * (b.Blue - a.Blue)));

    void Outlines(ReadOnlySpan<SKPath> shapes, SKColor color)
    {
        foreach (var shape in shapes) StrokeOnly(shape, 2 * outlineWidth, color);
    }

    void StrokeOnly(SKPath path, float width, SKColor color)
    {
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = width,
            Color = color,
            StrokeJoin = SKStrokeJoin.Round,
            StrokeCap = SKStrokeCap.Round,
        };
        canvas.DrawPath(path, paint);
    }

    void Fill(SKPath shape, SKColor color)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        canvas.DrawPath(shape, paint);
    }

    void Shading(SKPath shape, SKRect bounds)
    {
        var (halfWidth, halfHeight) = (bounds.Width / 2, bounds.Height / 2);
        var bright = new SKPoint(bounds.MidX + 0.5f * halfWidth * light.X, bounds.MidY + 0.5f * halfHeight * light.Y);
        using var shader = SKShader.CreateRadialGradient(bright, 1.55f * Math.Max(halfWidth, halfHeight),
            [SKColors.White.WithAlpha(Highlight), SKColors.White.WithAlpha(0), SKColors.Black.WithAlpha(0),
                SKColors.Black.WithAlpha(Shade)],
            [0, 0.42f, 0.5f, 1],
            SKShaderTileMode.Clamp);
        using var paint = new SKPaint { IsAntialias = true, Shader = shader };
        canvas.DrawPath(shape, paint);
    }
}
