using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Tests.Viewing;

public class SourceConceptsTests
{
    const int Side = 40;

    // A red thing in the upper left of a blue picture.
    static readonly Mask Thing = new(PixelSize.Square(Side),
        [.. Enumerable.Range(0, Side * Side).Select(i => IsThing(i % Side, i / Side))]);
    static readonly RgbImage Picture = new(PixelSize.Square(Side), [.. Enumerable.Range(0, Side * Side)
        .SelectMany(i => IsThing(i % Side, i / Side) ? (byte[])[200, 0, 0] : [0, 0, 200])]);

    static bool IsThing(int x, int y) => x is >= 4 and < 12 && y is >= 2 and < 10;

    [Fact]
    public void Masked_KeepsTheThingWhereItIs_OnBlack()
    {
        var seen = SourceConcepts.Of(Picture, Thing, SourceForm.Masked);
        Assert.Equal((Side, Side), (seen.Width, seen.Height));
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                Assert.Equal(IsThing(x, y) ? ((byte)200, (byte)0, (byte)0) : default, (seen[x, y].Red, seen[x, y].Green, seen[x, y].Blue));
    }

    [Fact]
    public void CutOut_IsTheThingAlone_Enlarged_OnGrey()
    {
        var seen = SourceConcepts.Of(Picture, Thing, SourceForm.CutOut);
        Assert.Equal((Side, Side), (seen.Width, seen.Height));
        var red = Enumerable.Range(0, Side * Side).Count(i => seen[i % Side, i / Side].Red > 170);
        Assert.True(red > 4 * Thing.Area, $"{red} of {Thing.Area}");
        Assert.Equal((byte)200, seen[Side / 2, Side / 2].Red);
        foreach (var corner in (int[])[0, Side - 1]) Assert.Equal((byte)128, seen[corner, corner].Blue);
    }

    [Theory, InlineData(SourceForm.Masked, 0), InlineData(SourceForm.CutOut, 128)]
    public void OfNothing_NothingIsSeen(SourceForm form, byte expected)
    {
        var seen = SourceConcepts.Of(Picture, new Mask(PixelSize.Square(Side), new bool[Side * Side]), form);
        Assert.All(seen.Pixels.ToArray(), value => Assert.Equal(expected, value));
    }

    [Theory, InlineData(SourceForm.Masked), InlineData(SourceForm.CutOut)]
    public void AMaskOfAnotherSize_IsRefused(SourceForm form) =>
        Assert.Throws<ArgumentException>(() => SourceConcepts.Of(Picture, new Mask(PixelSize.Square(8), new bool[64]), form));
}
