using ConceptExpress.Encoders;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests.Running;

public class SourceConceptsTests
{
    const int Side = 40;

    // A red thing in the upper left of a blue picture.
    static readonly Mask Thing = new(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(i => IsThing(i % Side, i / Side))]);
    static readonly RgbImage Picture = new(Side, Side, [.. Enumerable.Range(0, Side * Side).SelectMany(i => IsThing(i % Side, i / Side) ? (byte[])[200, 0, 0] : [0, 0, 200])]);

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
    public void OfNothing_NothingIsSeen(SourceForm form, byte expected) =>
        Assert.All(SourceConcepts.Of(Picture, new Mask(Side, Side, new bool[Side * Side]), form).Pixels.ToArray(), value => Assert.Equal(expected, value));

    [Theory, InlineData(SourceForm.Masked), InlineData(SourceForm.CutOut)]
    public void AMaskOfAnotherSize_IsRefused(SourceForm form) =>
        Assert.Throws<ArgumentException>(() => SourceConcepts.Of(Picture, new Mask(8, 8, new bool[64]), form));

    [Fact]
    public void TheEmbeddedClip_TellsThingsApart_OnlyCutOut()
    {
        using var clip = ClipEncoder.Load(TestFolders.ToyboxClip);
        var data = ToyboxData.Parse("toybox:6@8500000000");
        Assert.True(MeanCosine(SourceForm.Masked) > 0.8, "if this fails, the masked form has become usable: see EvaluationEyes");
        Assert.True(MeanCosine(SourceForm.CutOut) < 0.3);

        double MeanCosine(SourceForm form)
        {
            RgbImage[] things = [.. Enumerable.Range(0, data.Count).Select(i => data.Read(i, 96)).SelectMany(scene => scene.Masks.Select(mask => SourceConcepts.Of(scene.Image, mask, form)))];
            using var features = clip.Encode(things);
            float[][] rows = [.. features.data<float>().ToArray().Chunk(clip.Width)];
            return (from i in Enumerable.Range(0, rows.Length) from j in Enumerable.Range(0, i) select Cosine.Of(rows[i], rows[j])).Average();
        }
    }
}
