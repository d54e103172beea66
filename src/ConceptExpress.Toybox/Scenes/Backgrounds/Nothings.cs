using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Backgrounds;

/// <summary>Pictures of nothing: backgrounds of scenes without toys that no caption of the training names.</summary>
static class Nothings
{
    const int NoiseCells = 96;

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["white", "black", "noise", "gradient"];

    /// <summary>Paints white.</summary>
    public static void White(GroundPainter painter) => painter.Gradient(SKColors.White, SKColors.White);

    /// <summary>Paints black.</summary>
    public static void Black(GroundPainter painter) => painter.Gradient(SKColors.Black, SKColors.Black);

    /// <summary>Paints random colors, in cells of equal size at any size of the picture.</summary>
    public static void Noise(GroundPainter painter)
    {
        for (var y = 0; y < NoiseCells; y++)
            for (var x = 0; x < NoiseCells; x++)
                painter.Cell(x, y, NoiseCells, Color(painter.Random));
    }

    /// <summary>Paints a change from one random color to another, from top to bottom.</summary>
    public static void Gradient(GroundPainter painter) => painter.Gradient(Color(painter.Random), Color(painter.Random));

    static SKColor Color(SceneRandom random) => new((byte)random.Below(256), (byte)random.Below(256), (byte)random.Below(256));
}
