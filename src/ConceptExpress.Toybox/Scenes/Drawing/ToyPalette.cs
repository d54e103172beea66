using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>The tones that a toy of one color is painted with.</summary>
/// <param name="Base">The tone of the body.</param>
/// <param name="Second">The tone of stripes, dots and checks on the body.</param>
/// <param name="Deep">A darker tone of the same hue, for roofs, fins and other secondary parts.</param>
/// <param name="Outline">The dark tone of outlines.</param>
readonly record struct ToyPalette(SKColor Base, SKColor Second, SKColor Deep, SKColor Outline)
{
    static readonly SKColor Cream = new(252, 248, 236);

    static readonly Dictionary<string, ToyPalette> Palettes = new()
    {
        ["red"] = new(new(218, 38, 40), Cream, new(176, 26, 34), new(112, 14, 24)),
        ["orange"] = new(new(246, 132, 22), Cream, new(212, 100, 12), new(136, 58, 6)),
        ["yellow"] = new(new(250, 214, 40), new(104, 84, 56), new(222, 178, 24), new(134, 100, 14)),
        ["green"] = new(new(44, 158, 66), Cream, new(30, 122, 52), new(14, 72, 32)),
        ["blue"] = new(new(42, 100, 216), Cream, new(30, 74, 172), new(16, 38, 104)),
        ["purple"] = new(new(126, 58, 180), Cream, new(98, 40, 146), new(56, 20, 92)),
        ["pink"] = new(new(246, 136, 186), new(255, 250, 250), new(224, 104, 160), new(148, 54, 100)),
        ["white"] = new(new(244, 244, 242), new(128, 148, 188), new(206, 212, 222), new(92, 102, 126)),
    };

    /// <summary>The palette of a color of <see cref="ToyWords.Colors"/>.</summary>
    public static ToyPalette Of(string color) => Palettes[color];
}
