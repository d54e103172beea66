using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using static ConceptExpress.Library.Tests.Drawing.Pictures;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class ConceptOverlayTests
{
    static readonly (byte, byte, byte) Untouched = (128, 128, 128);

    /// <summary>Numbers follow the order of masks: each looks like itself wherever it stands, and like no other.</summary>
    [Fact]
    public void Number_IsThatOfTheMask()
    {
        (int Left, int Top)[] places = [(4, 10), (50, 20), (90, 30), (4, 50), (50, 60), (90, 70), (4, 90), (50, 100), (90, 110), (4, 130),
            (50, 140), (90, 150)];
        var masks = places.Select(place => Square(130, 190, place.Left, place.Top, 30)).ToList();
        var forwards = places.Select(place => NumberAt(ConceptOverlay.Draw(Gray(130, 190), masks), place)).ToList();
        var backwards = places.Select(place => NumberAt(ConceptOverlay.Draw(Gray(130, 190), [.. Enumerable.Reverse(masks)]), place))
            .ToList();
        Assert.Equal(forwards, Enumerable.Reverse(backwards));
        Assert.Equal(places.Length, forwards.Distinct().Count());
        Assert.All(forwards, number => Assert.NotEmpty(number));
    }

    [Fact]
    public void Number_StandsWhereItsMaskIsWidest()
    {
        var overlay = ConceptOverlay.Draw(Gray(96, 64), [Square(96, 64, 50, 20, 30)]);
        var white = overlay.Where(IsWhite);
        Assert.InRange(white.Average(pixel => pixel.X), 63, 67);
        Assert.InRange(white.Average(pixel => pixel.Y), 33, 37);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(93, 0)]
    [InlineData(0, 61)]
    [InlineData(93, 61)]
    public void Number_OfAThingInACorner_IsWhole(int left, int top)
    {
        int Whites(Mask mask) => ConceptOverlay.Draw(Gray(96, 64), [mask]).Where(IsWhite).Count;
        Assert.InRange(Whites(Square(96, 64, left, top, 3)), 0.7 * Whites(Square(96, 64, 30, 20, 24)),
            1.5 * Whites(Square(96, 64, 30, 20, 24)));
    }

    [Fact]
    public void Numbers_GrowWithThePicture()
    {
        int HeightOf(int side) =>
            ConceptOverlay.Draw(Gray(side, side), [Square(side, side, side / 4, side / 4, side / 2)]).Where(IsWhite) is var white
            ? white.Max(pixel => pixel.Y) - white.Min(pixel => pixel.Y) : 0;
        Assert.InRange(HeightOf(1000) / (double)HeightOf(500), 1.8, 2.2);
    }

    [Fact]
    public void TheRestOfThePicture_IsLeftAlone()
    {
        var mask = Square(96, 64, 40, 20, 24);
        var overlay = ConceptOverlay.Draw(Gray(96, 64), [mask]);
        for (var y = 0; y < 64; y++)
            for (var x = 0; x < 96; x++)
                Assert.Equal(!mask[x, y], overlay[x, y] == Untouched);
    }

    [Fact]
    public void Outline_IsInTheConceptsColour()
    {
        var overlay = ConceptOverlay.Draw(Gray(96, 64), [Square(96, 64, 40, 20, 24)]);
        var color = Rgb.Of(0);
        Assert.Equal((color.Red, color.Green, color.Blue), overlay[40, 20]);
        Assert.NotEqual((color.Red, color.Green, color.Blue), overlay[43, 23]);
    }

    [Fact]
    public void Masks_MayBeEmptyOrWhole_AndPicturesSmall()
    {
        var size = new PixelSize { Width = 9, Height = 5 };
        var (empty, whole) = (new Mask(size, new bool[45]), new Mask(size, [.. Enumerable.Repeat(true, 45)]));
        Assert.Equal(size, ConceptOverlay.Draw(Gray(9, 5), [empty, whole]).Size);
        Assert.Equal(Gray(9, 5).Pixels, ConceptOverlay.Draw(Gray(9, 5), [empty]).Pixels);
    }

    [Fact]
    public void SameMasks_GiveTheSameBytes()
    {
        RgbImage Draw() => ConceptOverlay.Draw(Gray(96, 64), [Square(96, 64, 40, 20, 24)]);
        Assert.Equal(Draw().Pixels, Draw().Pixels);
    }

    static bool IsWhite((byte Red, byte Green, byte Blue) color) => color is { Red: > 200, Green: > 200, Blue: > 200 };

    /// <summary>The white pixels in the square below a place, told from its corner.</summary>
    static string NumberAt(RgbImage overlay, (int Left, int Top) place) => string.Join(' ', overlay
        .Where(IsWhite, place.Left..(place.Left + 30), place.Top..(place.Top + 30))
            .Select(pixel => $"{pixel.X - place.Left},{pixel.Y - place.Top}"));
}
