using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>
/// Paints the parts of one toy: bodies in its colour and pattern, other parts in colours of their own, all shaded by one light.
/// Every method disposes of the paths that it is given.
/// </summary>
/// <param name="canvas">Scaled to the toy's square from -1 to 1.</param>
/// <param name="toy">Whose colour and pattern to paint with.</param>
/// <param name="light">Unit vector towards the light, in the toy's square.</param>
/// <param name="outlineWidth">Width of outlines, in the toy's square.</param>
sealed class ToyPainter(SKCanvas canvas, Toy toy, SKPoint light, float outlineWidth)
{
    const byte Highlight = 84, Shade = 74;

    /// <summary>Ink for eyes, legs and lines.</summary>
    public static readonly SKColor Ink = new(38, 36, 44);

    readonly PatternPainter pattern = new(canvas, toy);

    public ToyPalette Palette { get; } = ToyPalette.Of(toy.Color);

    /// <summary>Decides proportions and details.</summary>
    public SceneRandom Random { get; } = new(toy.DetailSeed, toy.Category);

    public bool IsPlain => toy.Pattern == ToyWords.Patterns[0];

    /// <summary>Paints shapes that make up one body: outlined together, in colour and pattern.</summary>
    public void Body(params ReadOnlySpan<SKPath> shapes) => Body(Palette.Base, shapes);

    /// <summary>Paints shapes that make up one body in a tone of the toy's colour, with the pattern.</summary>
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

    /// <summary>Paints a shape in a tone without pattern, outlined in the toy's outline colour.</summary>
    public void Part(SKPath shape, SKColor color)
    {
        Outlines([shape], Blend(color, Ink, 0.6f));
        Fill(shape, color);
        Shading(shape, shape.Bounds);
        shape.Dispose();
    }

    /// <summary>Paints a shape flat, without outline.</summary>
    public void Mark(SKPath shape, SKColor color)
    {
        Fill(shape, color);
        shape.Dispose();
    }

    /// <summary>Draws a line.</summary>
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

    /// <summary>Draws a gloss on the side of the light.</summary>
    public void Gloss(float x, float y, float reach, float size)
    {
        canvas.Save();
        canvas.Translate(x + reach * light.X, y + reach * light.Y);
        canvas.RotateRadians(MathF.Atan2(light.Y, light.X) + MathF.PI / 2);
        Mark(Shapes.Ellipse(0, 0, size, 0.55f * size), SKColors.White.WithAlpha(150));
        canvas.Restore();
    }

    /// <summary>Draws a round eye that looks ahead.</summary>
    public void Eye(float x, float y, float radius)
    {
        Mark(Shapes.Circle(x, y, radius), SKColors.White);
        Mark(Shapes.Circle(x + 0.2f * radius, y, 0.68f * radius), Ink);
    }

    /// <summary>A mixture of two colours; a share of 0 is the first.</summary>
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
            IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width, Color = color,
            StrokeJoin = SKStrokeJoin.Round, StrokeCap = SKStrokeCap.Round,
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
