using ScottPlot;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>The font that the program brings, because a bare machine has none, and two machines have different ones.</summary>
sealed class ProgramFont : IFontResolver
{
    const string Resource = "OpenSans-Regular.ttf";

    // No machine has a font of this name, so none can stand in for ours.
    const string PlotName = "ConceptExpress " + Resource;

    static readonly Lazy<SKTypeface> Loaded = new(Load);
    static readonly Lazy<string> Registered = new(Register);

    /// <summary>Of the whole process; not to be disposed of.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    /// <summary>What ScottPlot knows it by.</summary>
    public static string NameInPlots => Registered.Value;

    /// <summary>The font at a size in pixels, the same on every screen.</summary>
    public static SKFont OfSize(float size) => new(Typeface, size) { Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None, Subpixel = true };

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == PlotName ? Load() : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == PlotName ? Load() : null;

    static SKTypeface Load()
    {
        using var file = typeof(ProgramFont).Assembly.GetManifestResourceStream(Resource)!;
        using var data = SKData.Create(file);
        return SKTypeface.FromData(data);
    }

    static string Register()
    {
        Fonts.FontResolvers.Add(new ProgramFont());
        return PlotName;
    }
}
