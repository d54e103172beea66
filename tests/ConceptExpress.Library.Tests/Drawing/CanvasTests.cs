using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using FsCheck.Xunit;
using static ConceptExpress.Library.Tests.Drawing.Pictures;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class CanvasTests
{
    [Fact]
    public void Picture_ComesBackAsItWas()
    {
        var pixels = new byte[3 * 37 * 23];
        new Random(1).NextBytes(pixels);
        using var canvas = new Canvas(new RgbImage(new PixelSize { Width = 37, Height = 23 }, pixels));
        Assert.Equal(pixels, canvas.ToImage().Pixels);
    }

    [Property]
    public void Paste_DropsWhatFallsOutside(sbyte left, sbyte top)
    {
        using var canvas = new Canvas(PixelSize.Square(20), Rgb.White);
        canvas.Paste(Gray(30, 15, 7), left, top);
        var image = canvas.ToImage();
        for (var y = 0; y < 20; y++)
            for (var x = 0; x < 20; x++)
                Assert.Equal(x >= left && x < left + 30 && y >= top && y < top + 15, image[x, y] == (7, 7, 7));
    }

    [Fact]
    public void Font_IsTheOneThatTheProgramBrings_InPlotsToo()
    {
        Assert.Equal("Open Sans", ProgramFont.Typeface.FamilyName);
        Assert.Equal("Open Sans", ScottPlot.Fonts.GetTypeface(ProgramFont.NameInPlots, bold: false, italic: false).FamilyName);
        Assert.Equal("Open Sans", ScottPlot.Fonts.GetTypeface(ProgramFont.NameInPlots, bold: true, italic: false).FamilyName);
    }

    [Fact]
    public void Font_HasEveryLetter()
    {
        using var font = ProgramFont.OfSize(20);
        Assert.All(Enumerable.Range(32, 95), letter => Assert.True(font.ContainsGlyph(letter), $"{(char)letter} is missing"));
    }
}
