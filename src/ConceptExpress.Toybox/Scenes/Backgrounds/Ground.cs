using ConceptExpress.Toybox.Scenes.Drawing;
using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Backgrounds;

/// <summary>Draws the background of a scene. Canvas coordinates go from 0 to 1.</summary>
static class Ground
{
    static readonly Dictionary<string, Action<GroundPainter>> Drawings = new()
    {
        ["grass"] = NaturalGrounds.Grass,
        ["sand"] = NaturalGrounds.Sand,
        ["snow"] = NaturalGrounds.Snow,
        ["water"] = OpenGrounds.Water,
        ["sky"] = OpenGrounds.Sky,
        ["wood"] = BuiltGrounds.Wood,
        ["brick"] = BuiltGrounds.Brick,
        ["paper"] = BuiltGrounds.Paper,
        ["white"] = Nothings.White,
        ["black"] = Nothings.Black,
        ["noise"] = Nothings.Noise,
        ["gradient"] = Nothings.Gradient,
    };

    /// <summary>Draws a scene's background and its clutter, each from its own random stream.</summary>
    public static void Draw(SKCanvas canvas, Scene scene)
    {
        Drawings[scene.Background](new GroundPainter(canvas, new SceneRandom(scene.BackgroundSeed, scene.Background)));
        Clutter.Draw(new GroundPainter(canvas, new SceneRandom(scene.BackgroundSeed, "clutter")), scene.Background, scene.Clutter);
    }
}
