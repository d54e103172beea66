using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Tests.Concepts;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class DrawingTests
{
    [Fact]
    public void Overlay_ShowsTheNumberOfEachConcept()
    {
        var overlay = ConceptOverlay.Draw(Gray(96, 64), [Square(96, 64, 4, 10, 30), Square(96, 64, 50, 20, 30)]);
        for (var i = 0; i < 2; i++)
        {
            var centre = i == 0 ? (X: 19, Y: 25) : (X: 65, Y: 35);
            Assert.True(Shows(overlay, $"{i}", centre), $"the number {i} is not where its mask is widest");
        }
    }

    [Fact]
    public void Overlay_LeavesTheRestOfThePictureAlone()
    {
        var mask = Square(96, 64, 40, 20, 24);
        var overlay = ConceptOverlay.Draw(Gray(96, 64), [mask]);
        for (var y = 0; y < 64; y++)
            for (var x = 0; x < 96; x++)
                Assert.Equal(mask[x, y] == 0, overlay[x, y] == (128, 128, 128));
    }

    [Fact]
    public void Overlay_OutlinesInTheConceptsColour()
    {
        var overlay = ConceptOverlay.Draw(Gray(96, 64), [Square(96, 64, 40, 20, 24)]);
        var color = Rgb.Of(0);
        Assert.Equal((color.Red, color.Green, color.Blue), overlay[40, 20]);
        Assert.NotEqual((color.Red, color.Green, color.Blue), overlay[43, 23]);
    }

    [Fact]
    public void Overlay_TakesAMaskOfAnySize()
    {
        var empty = new GrayImage(9, 5, new byte[45]);
        var whole = new GrayImage(9, 5, [.. Enumerable.Repeat((byte)255, 45)]);
        Assert.Equal(9, ConceptOverlay.Draw(Gray(9, 5), [empty, whole]).Width);
    }

    [Fact]
    public void PixelFont_TellsItsCharactersApart()
    {
        const string characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.,-+()#";
        Assert.Equal(characters.Length, characters.Select(c => string.Join(' ', PixelFont.Dots($"{c}"))).Distinct().Count());
        Assert.All(characters, c => Assert.All(PixelFont.Dots($"{c}"), dot => Assert.True(dot is { X: >= 0 and < 5, Y: >= 0 and < PixelFont.GlyphHeight })));
    }

    [Fact]
    public void Grid_HoldsEveryPictureOnce()
    {
        var grid = PictureGrid.Of([.. Enumerable.Range(0, 5).Select(i => Gray(10, 8, (byte)(10 * i)))]);
        Assert.Equal((38, 20), (grid.Width, grid.Height));
        for (var i = 0; i < 5; i++)
            Assert.Equal(80, Count(grid, (byte)(10 * i)));
    }

    [Fact]
    public void Chart_ShowsEveryCurveAndItsLabels()
    {
        var chart = TrainingChart.Draw(Reports.Steps(300).Steps);
        foreach (var i in Enumerable.Range(0, 4))
        {
            var color = Rgb.Of(i);
            var pixels = Enumerable.Range(0, chart.Height).Sum(y => Enumerable.Range(0, chart.Width).Count(x => chart[x, y] == (color.Red, color.Green, color.Blue)));
            Assert.True(pixels > 250, $"curve {i} has {pixels} pixels, legend included");
        }
        var labels = Enumerable.Range(120, 500).Sum(y => Enumerable.Range(40, 65).Count(x => chart[x, y] == (60, 60, 60)));
        Assert.True(labels > 100, "the loss axis has no labels");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Chart_CanBeDrawnOfHardlyAnything(int steps) => Assert.Equal(1200, TrainingChart.Draw(Reports.Steps(steps).Steps).Width);

    [Fact]
    public void Chart_LeavesOutLossesThatAreNoNumbers()
    {
        var step = Reports.Steps(1).Steps[0];
        OptimizerStepDone[] steps = [step, step with { Step = 1, Losses = new LossValues(double.NaN, double.PositiveInfinity, 0, -1) }, step with { Step = 2 }];
        Assert.Equal(700, TrainingChart.Draw(steps).Height);
    }

    static bool Shows(RgbImage image, string text, (int X, int Y) near)
    {
        var dots = PixelFont.Dots(text).ToHashSet();
        bool At(int left, int top) => Enumerable.Range(0, 7).All(y => Enumerable.Range(0, 5).All(x =>
            image[left + x, top + y] == (255, 255, 255) == dots.Contains((x, y))));
        return Enumerable.Range(-5, 11).Any(dy => Enumerable.Range(-5, 11).Any(dx => At(near.X + dx - 2, near.Y + dy - 3)));
    }

    static int Count(RgbImage image, byte value) =>
        Enumerable.Range(0, image.Height).Sum(y => Enumerable.Range(0, image.Width).Count(x => image[x, y] == (value, value, value)));

    static RgbImage Gray(int width, int height, byte value = 128) => new(width, height, [.. Enumerable.Repeat(value, 3 * width * height)]);

    static GrayImage Square(int width, int height, int left, int top, int side)
    {
        var pixels = new byte[width * height];
        for (var y = top; y < top + side; y++) pixels.AsSpan(y * width + left, side).Fill(255);
        return new GrayImage(width, height, pixels);
    }
}
