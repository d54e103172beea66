using ScottPlot;
using SkiaSharp;

namespace ConceptExpress.Library.Drawing;

/// <summary>
/// The font that comes with the program, Open Sans. A bare machine has no fonts, and different machines have different ones.
/// </summary>
sealed class ProgramFont : IFontResolver
{
    const string Resource = "OpenSans-Regular.ttf";

    // A name that no installed font has, so that none can replace ours.
    const string PlotName = "ConceptExpress " + Resource;

    static readonly Lazy<SKTypeface> Loaded = new(Load);
    static readonly Lazy<string> Registered = new(Register);

    /// <summary>The typeface, shared by the whole process. Do not dispose of it.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    /// <summary>The name of the font in ScottPlot. Reading it registers the font there.</summary>
    public static string NameInPlots => Registered.Value;

    /// <summary>Returns the font at a size in pixels, without hinting, so that text has the same layout on every machine.</summary>
    public static SKFont OfSize(float size) =>
        new(Typeface, size) { Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None, Subpixel = true };

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == PlotName ? Load() : null;

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
