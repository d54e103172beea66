using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>Masks at the picture's own size.</summary>
public sealed class MaskRefinerTests
{
    static readonly Grid grid = Grid.Square(24);

    // A disc of one colour on a ground of another.
    static (RgbImage Picture, Mask Truth) Disc(PixelSize size, double x, double y, double radius)
    {
        bool Inside(int i) => double.Hypot((i % size.Width + 0.5) / size.Width - x, (i / size.Width + 0.5) / size.Height - y) < radius;
        var truth = new Mask(size, [.. Enumerable.Range(0, (int)size.Area).Select(Inside)]);
        byte[] thing = [200, 40, 40], ground = [210, 220, 230];
        return (new RgbImage(size, [.. Enumerable.Range(0, (int)size.Area).SelectMany(i => truth.Pixels[i] ? thing : ground)]), truth);
    }

    [Theory, InlineData(384, 384), InlineData(600, 300), InlineData(96, 96), InlineData(2500, 1200)]
    public void OutlinesFollowThePicture(int width, int height)
    {
        var size = new PixelSize { Width = width, Height = height };
        var (picture, truth) = Disc(size, 0.43, 0.52, 0.21);
        var cells = GridMask.Of(truth, grid);
        var refined = Assert.Single(MaskRefiner.Refine([cells.Cells], grid, picture, reach: 0.5));
        Assert.Equal(size, refined.Size);
        Assert.True(refined.Iou(truth) > cells.ToMask(size).Iou(truth));
        Assert.True(refined.Iou(truth) > 0.95, $"{refined.Iou(truth)}");
    }

    [Fact]
    public void MasksDoNotOverlap_AndNoneIsLost()
    {
        var (picture, truth) = Disc(PixelSize.Square(240), 0.5, 0.5, 0.2);
        bool[] left = [.. GridMask.Of(truth, grid).Cells.Select((set, cell) => set && cell % 24 < 12)];
        bool[] right = [.. GridMask.Of(truth, grid).Cells.Select((set, cell) => set && cell % 24 >= 12)];
        var one = new bool[grid.Cells]; // a cell of the ground, which its surroundings swallow
        one[30] = true;
        var refined = MaskRefiner.Refine([left, right, one], grid, picture, reach: 4);
        Assert.Equal(0, refined[0].Overlap(refined[1]));
        Assert.Equal(0, refined[0].Overlap(refined[2]));
        Assert.All(refined, mask => Assert.True(mask.Area > 0));
        Assert.True(Mask.Union([refined[0], refined[1]]).Iou(truth) > 0.9);
    }

    [Fact]
    public void APictureWithoutEdges_LeavesRegionsAboutAsTheyAre()
    {
        var size = PixelSize.Square(120);
        var (_, truth) = Disc(size, 0.5, 0.5, 0.25);
        var cells = GridMask.Of(truth, grid);
        var grey = new RgbImage(size, [.. Enumerable.Repeat((byte)128, 120 * 120 * 3)]);
        var refined = Assert.Single(MaskRefiner.Refine([cells.Cells], grid, grey, reach: 0.5));
        Assert.True(refined.Iou(cells.ToMask(size)) > 0.9);
    }
}
