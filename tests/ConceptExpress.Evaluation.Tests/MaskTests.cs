namespace ConceptExpress.Evaluation.Tests;

public sealed class MaskTests
{
    static readonly Mask mask = new(3, 2, [true, false, true, false, true, false]);

    [Fact]
    public void EnlargedMasks_RepeatPixels_AndComeBackTheSame()
    {
        var large = mask.Resize(6, 6);
        Assert.Equal(mask.Area * 6, large.Area);
        Assert.Equal([true, true, false, false, true, true], large.Pixels[..6].ToArray());
        Assert.Equal(mask.Pixels.ToArray(), large.Resize(3, 2).Pixels.ToArray());
        Assert.Same(mask, mask.Resize(3, 2));
    }

    [Fact]
    public void EmptyMasks_OverlapWithNothing() => Assert.Equal(0, new Mask(3, 2, new bool[6]).Iou(new Mask(3, 2, new bool[6])));

    [Fact]
    public void Union_HoldsWhatAnyHolds()
        => Assert.Equal(6, Mask.Union([mask, new Mask(3, 2, [false, true, false, true, false, true])]).Area);

    [Fact]
    public void SizesThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Mask(2, 2, new bool[3]));
        Assert.Throws<ArgumentException>(() => new Mask(0, 2, []));
        Assert.Throws<ArgumentException>(() => mask.Resize(0, 1));
        Assert.Throws<ArgumentException>(() => mask.Iou(new Mask(2, 3, new bool[6])));
        Assert.Throws<ArgumentException>(() => Mask.Union([]));
    }
}
