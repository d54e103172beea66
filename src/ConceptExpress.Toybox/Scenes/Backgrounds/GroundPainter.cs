using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Backgrounds;

/// <summary>Paints background textures. Canvas coordinates go from 0 to 1. Disposes of every path that is passed to it.</summary>
sealed class GroundPainter(SKCanvas canvas, SceneRandom random)
{
    /// <summary>Decides tones and places.</summary>
    public SceneRandom Random { get; } = random;

    /// <summary>Adds one random number, at most <paramref name="range"/> (of 255) up or down, to all three channels of a color.</summary>
    public SKColor Varied(SKColor color, double range)
    {
        var shift = Random.Between(-range, range);
        return new SKColor(Shifted(color.Red, shift), Shifted(color.Green, shift), Shifted(color.Blue, shift), color.Alpha);
    }

    /// <summary>Fills the picture with a vertical gradient.</summary>
    public void Gradient(SKColor above, SKColor below)
    {
        using var shader = SKShader.CreateLinearGradient(new SKPoint(0, 0), new SKPoint(0, 1), [above, below], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(SKRect.Create(1, 1), paint);
    }

    /// <summary>Paints an elliptical spot that fades out towards its edge.</summary>
    public void Spot(float x, float y, float halfWidth, float halfHeight, SKColor color)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.Scale(halfWidth, halfHeight);
        using var shader = SKShader.CreateRadialGradient(new SKPoint(0, 0), 1, [color, color.WithAlpha(0)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(new SKRect(-1, -1, 1, 1), paint);
        canvas.Restore();
    }

    /// <summary>Paints soft spots of random size at random places.</summary>
    public void Spots(int count, double smallest, double largest, SKColor color)
    {
        for (var i = 0; i < count; i++)
        {
            var size = Random.Single(smallest, largest);
            Spot(Random.Single(0, 1), Random.Single(0, 1), size, size * Random.Single(0.6, 1), color);
        }
    }

    /// <summary>Fills a shape and disposes of it.</summary>
    public void Fill(SKPath shape, SKColor color)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        canvas.DrawPath(shape, paint);
        shape.Dispose();
    }

    /// <summary>Fills a rectangle whose corners have the radius <paramref name="rounding"/>.</summary>
    public void Box(SKRect box, float rounding, SKColor color)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        canvas.DrawRoundRect(box, rounding, rounding, paint);
    }

    /// <summary>Draws a line with round ends and disposes of its path.</summary>
    public void Stroke(SKPath line, float width, SKColor color)
    {
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = width,
            Color = color,
            StrokeCap = SKStrokeCap.Round,
        };
        canvas.DrawPath(line, paint);
        line.Dispose();
    }

    /// <summary>Fills one cell of a square grid over the picture, without soft edges.</summary>
    public void Cell(int column, int row, int cells, SKColor color)
    {
        using var paint = new SKPaint { Color = color };
        canvas.DrawRect((float)column / cells, (float)row / cells, 1f / cells, 1f / cells, paint);
    }

    static byte Shifted(byte channel, double shift) => (byte)Math.Clamp(channel + shift, 0, 255);
}
