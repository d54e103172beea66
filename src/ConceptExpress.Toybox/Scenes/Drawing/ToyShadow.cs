using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>The soft shadow under a toy.</summary>
static class ToyShadow
{
    const byte Darkest = 105;
    const float Offset = 0.1f, Reach = 0.62f; // in sizes of the toy
    static readonly SKColor Tone = new(20, 22, 40);

    /// <summary>Draws on a canvas whose picture has side 1.</summary>
    public static void Draw(SKCanvas canvas, Toy toy, Scene scene)
    {
        var (sin, cos) = Math.SinCos(scene.LightDirection);
        var (x, y) = ((float)(toy.X - Offset * toy.Size * cos), (float)(toy.Y - Offset * toy.Size * sin + 0.04 * toy.Size));
        var radius = (float)(Reach * toy.Size);
        using var shader = SKShader.CreateRadialGradient(new SKPoint(x, y), radius,
            [Tone.WithAlpha(Darkest), Tone.WithAlpha(Darkest), Tone.WithAlpha(0)], [0, 0.55f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(new SKRect(x - radius, y - radius, x + radius, y + radius), paint);
    }
}
