using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes.Backgrounds;
using ConceptExpress.Toybox.Scenes.Drawing;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>Draws scenes. The same scene at the same size gives the same bytes.</summary>
static class SceneRenderer
{
    /// <summary>Draws a scene. Can be called from several threads at once.</summary>
    /// <param name="scene">The scene; its lengths are relative, so it can be drawn at any size.</param>
    /// <param name="side">Width and height in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public static RenderedScene Render(Scene scene, int side)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        using var picture = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(picture);
        using var layer = new ToyLayer(side);
        canvas.Scale(side);
        Ground.Draw(canvas, scene);
        var masks = new List<bool[]>();
        foreach (var toy in scene.Toys)
        {
            layer.Draw(toy, scene);
            ToyShadow.Draw(canvas, layer.Bitmap, toy, scene.LightDirection);
            DrawPixels(canvas, layer.Bitmap);
            masks.Add(Seen(layer.Coverage(), masks));
        }
        canvas.Flush();
        var size = PixelSize.Square(side);
        return new RenderedScene(new RgbImage(size, Rgb(picture)), masks.ConvertAll(mask => new Mask(size, mask)));
    }

    static void DrawPixels(SKCanvas canvas, SKBitmap bitmap)
    {
        canvas.Save();
        canvas.ResetMatrix();
        canvas.DrawBitmap(bitmap, 0, 0);
        canvas.Restore();
    }

    /// <summary>Returns the mask of the topmost toy and removes its pixels from the earlier masks.</summary>
    static bool[] Seen(bool[] coverage, List<bool[]> earlier)
    {
        for (var i = 0; i < coverage.Length; i++)
            foreach (var below in earlier) below[i] &= !coverage[i];
        return coverage;
    }

    static byte[] Rgb(SKBitmap picture)
    {
        var rgba = picture.GetPixelSpan();
        var rgb = new byte[rgba.Length / 4 * 3];
        for (var i = 0; i < rgb.Length / 3; i++) rgba.Slice(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        return rgb;
    }
}
