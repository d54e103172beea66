using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Imaging.Tests;

public sealed class MaskTests
{
    static readonly Mask Checkered = new(new PixelSize { Width = 3, Height = 2 }, [true, false, true, false, true, false]);

    static int Side(PositiveInt value) => value.Get % 60 + 1;

    [Fact]
    public void Mask_IsIndexedByColumnThenRow()
    {
        var mask = new Mask(new PixelSize { Width = 3, Height = 2 }, [false, false, true, false, false, false]);
        Assert.True(mask[2, 0]);
        Assert.Equal((3, 2, 1, 1.0 / 6), (mask.Width, mask.Height, mask.Area, mask.Coverage));
    }

    [Fact]
    public void EnlargedMasks_RepeatPixels_AndComeBackTheSame()
    {
        var large = Checkered.Resize(PixelSize.Square(6));
        Assert.Equal(Checkered.Area * 6, large.Area);
        Assert.Equal([true, true, false, false, true, true], large.Pixels[..6].ToArray());
        Assert.Equal(Checkered.Pixels.ToArray(), large.Resize(Checkered.Size).Pixels.ToArray());
        Assert.Same(Checkered, Checkered.Resize(Checkered.Size));
    }

    [Property]
    public void ResizedMask_TakesThePixelUnderTheCenter(PositiveInt width, PositiveInt height, PositiveInt newWidth, PositiveInt newHeight,
        int seed)
    {
        var mask = RandomImages.Dots(Side(width), Side(height), seed);
        var resized = mask.Resize(new PixelSize { Width = Side(newWidth), Height = Side(newHeight) });
        for (var y = 0; y < resized.Height; y++)
            for (var x = 0; x < resized.Width; x++)
            {
                var (column, row) = ((x + 0.5m) * mask.Width / resized.Width, (y + 0.5m) * mask.Height / resized.Height);
                Assert.Equal(mask[(int)column, (int)row], resized[x, y]);
            }
    }

    [Property]
    public void Resize_ByAWholeFactorAndBack_IsIdentity(PositiveInt width, PositiveInt height, PositiveInt factor, int seed)
    {
        var mask = RandomImages.Dots(Side(width), Side(height), seed);
        var scale = factor.Get % 5 + 1;
        var large = mask.Resize(new PixelSize { Width = scale * mask.Width, Height = scale * mask.Height });
        Assert.Equal(scale * scale * mask.Area, large.Area);
        Assert.Equal(mask.Pixels, large.Resize(mask.Size).Pixels);
    }

    // Around the lengths at which a vector, and a lane's sum, are full.
    [Theory, InlineData(1), InlineData(31), InlineData(32), InlineData(33), InlineData(255 * 32), InlineData(255 * 64 + 7), InlineData(99_991)]
    public void AreaAndOverlap_CountPixels(int length)
    {
        var random = new Random(length);
        bool[] Some(double share) => [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() < share)];
        foreach (var (a, b) in new[] { (0.0, 0.5), (0.3, 0.6), (1.0, 1.0), (1.0, 0.5) }.Select(share => (Some(share.Item1), Some(share.Item2))))
        {
            var size = new PixelSize { Width = length, Height = 1 };
            var (one, other) = (new Mask(size, a), new Mask(size, b));
            Assert.Equal(a.Count(inside => inside), one.Area);
            Assert.Equal(a.Zip(b).Count(pair => pair is (true, true)), one.Overlap(other));
        }
    }

    [Fact]
    public void EmptyMasks_OverlapWithNothing()
    {
        var empty = new Mask(Checkered.Size, new bool[6]);
        Assert.Equal(0, empty.Iou(empty));
        Assert.Equal(1, Checkered.Iou(Checkered));
    }

    [Fact]
    public void Union_HoldsWhatAnyHolds() =>
        Assert.Equal(6, Mask.Union([Checkered, new Mask(Checkered.Size, [false, true, false, true, false, true])]).Area);

    [Theory]
    [InlineData(8, 4, true)] // twice the size
    [InlineData(4, 2, true)]
    [InlineData(2, 1, true)]
    [InlineData(3, 2, true)] // half a pixel off
    [InlineData(2, 4, false)] // turned
    [InlineData(4, 4, false)]
    [InlineData(40, 40, false)]
    public void Proportions_AreThePicturesToAPixelOfTheSmaller(int width, int height, bool fits)
    {
        var mask = new Mask(new PixelSize { Width = width, Height = height }, new bool[width * height]);
        Assert.Equal(fits, mask.HasProportionsOf(new PixelSize { Width = 4, Height = 2 }));
    }

    [Property]
    public void AMaskThatWasScaledWithItsPicture_HasItsProportions(PositiveInt width, PositiveInt height, PositiveInt side)
    {
        var picture = new PixelSize { Width = Side(width), Height = Side(height) };
        var scale = (double)Side(side) / Math.Max(picture.Width, picture.Height);
        int Scaled(int length) => Math.Max(1, (int)Math.Round(length * scale));
        var size = new PixelSize { Width = Scaled(picture.Width), Height = Scaled(picture.Height) };
        Assert.True(new Mask(size, new bool[size.Area]).HasProportionsOf(picture), $"{size} of {picture}");
    }

    [Fact]
    public void SizesThatDoNotFit_AreRefused()
    {
        var turned = new Mask(new PixelSize { Width = 2, Height = 3 }, new bool[6]);
        Assert.Throws<ArgumentException>(() => new Mask(PixelSize.Square(2), new bool[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mask(new PixelSize { Width = 0, Height = 2 }, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Checkered.Resize(new PixelSize { Width = 0, Height = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Checkered.Resize(new PixelSize { Width = 1, Height = 0 }));
        Assert.Throws<ArgumentException>(() => Checkered.Iou(turned));
        Assert.Throws<ArgumentException>(() => Mask.Union([Checkered, turned]));
        Assert.Throws<ArgumentException>(() => Mask.Union([]));
    }
}
