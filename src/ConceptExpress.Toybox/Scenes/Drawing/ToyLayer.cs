using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>A transparent picture that holds one toy at a time, so that the pixels of each toy are known.</summary>
sealed class ToyLayer : IDisposable
{
    const float Outline = 0.05f, FaintOutline = 0.075f;

    readonly SKCanvas canvas;

    /// <param name="side">Width and height in pixels.</param>
    public ToyLayer(int side)
    {
        Bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Premul));
        canvas = new SKCanvas(Bitmap);
    }

    /// <summary>(side, side) premultiplied RGBA.</summary>
    public SKBitmap Bitmap { get; }

    /// <summary>Clears the layer and draws one toy.</summary>
    public void Draw(Toy toy, Scene scene)
    {
        canvas.Clear(SKColors.Transparent);
        canvas.Save();
        canvas.Concat(Placement(toy, Bitmap.Width));
        var outline = IsFaint(toy, scene.Background) ? FaintOutline : Outline;
        ToyDrawings.Draw(toy.Category, new ToyPainter(canvas, toy, Light(toy, scene.LightDirection), outline));
        canvas.Restore();
        canvas.Flush();
    }

    /// <summary>(side, side), row by row: whether the toy covers more than half of each pixel.</summary>
    public bool[] Coverage()
    {
        var pixels = Bitmap.GetPixelSpan();
        var covered = new bool[pixels.Length / 4];
        for (var i = 0; i < covered.Length; i++) covered[i] = pixels[4 * i + 3] > 127;
        return covered;
    }

    public void Dispose()
    {
        canvas.Dispose();
        Bitmap.Dispose();
    }

    /// <summary>Transforms the toy's square (-1 to 1) to pixels.</summary>
    static SKMatrix Placement(Toy toy, int side)
    {
        var half = (float)(toy.Size * side / 2);
        var stretch = (float)Math.Sqrt(toy.Stretch);
        var form = new SKMatrix(toy.Mirrored ? -stretch : stretch, (float)toy.Skew, 0, 0, 1 / stretch, 0, (float)toy.Perspective.Across,
            (float)toy.Perspective.Down, 1);
        return SKMatrix.CreateTranslation((float)(toy.X * side), (float)(toy.Y * side))
            .PreConcat(SKMatrix.CreateScale(half, half)).PreConcat(SKMatrix.CreateRotation((float)toy.Rotation)).PreConcat(form);
    }

    static SKPoint Light(Toy toy, double direction)
    {
        var (sin, cos) = Math.SinCos(direction - toy.Rotation);
        return new SKPoint((float)(toy.Mirrored ? -cos : cos), (float)sin);
    }

    /// <summary>Whether the toy's color is close to the background's, so that it needs a bolder outline.</summary>
    static bool IsFaint(Toy toy, string background) => (toy.Color, background) is
        ("white", "snow" or "paper") or ("blue", "sky" or "water") or ("green", "grass") or ("yellow" or "white", "sand")
            or ("orange", "wood") or ("red", "brick");
}
