namespace ConceptExpress.Imaging.Tests;

/// <summary>Pictures of extreme proportions cost what their result needs: bytes are counted, not seconds.</summary>
public sealed class ThinPictureTests
{
    static readonly PixelSize[] shapes =
    [
        new() { Width = 1, Height = 20_000 }, new() { Width = 20_000, Height = 1 }, new() { Width = 30_000, Height = 3 },
        new() { Width = 3, Height = 30_000 }, new() { Width = 1, Height = 1 }, new() { Width = 2, Height = 1_000_000 },
    ];

    public static TheoryData<int, int, int, ResizeFilter> Cases => [.. from shape in shapes
        from side in new[] { 32, 64, 96, 512, 768, 1024, 2048 }
        from filter in Enum.GetValues<ResizeFilter>()
        where shape.Height < 1_000_000 || side == 64
        select (shape.Width, shape.Height, side, filter)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resize_AllocatesWhatItsResultNeeds(int width, int height, int side, ResizeFilter filter)
    {
        var picture = RandomImages.Flat(width, height, (10, 200, 90));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var resized = ImageResizer.Resize(picture, PixelSize.Square(side), filter);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(RandomImages.Flat(side, side, (10, 200, 90)).Pixels, resized.Pixels);
        // Two pictures (before the first and after the second direction), the weights of each line, sums of a few rows.
        var (picturesBytes, weights, rows) = (2L * 3 * side * side, 48L * (width + height + 2 * side), 10L * 4 * 3 * side);
        Assert.InRange(allocated, 0, picturesBytes + weights + rows + 10_000);
    }

    [Theory]
    [InlineData(1, 500, 40)]
    [InlineData(3, 90, 64)]
    [InlineData(70, 90, 64)]
    [InlineData(64, 65, 64)]
    [InlineData(5, 64, 64)]
    public void Shrinking_RowAfterRow_GivesTheBytesOfOneDirectionAfterTheOther(int width, int height, int side)
    {
        foreach (var filter in Enum.GetValues<ResizeFilter>())
        {
            var picture = RandomImages.Noise(width, height, seed: width + height);
            var wide = ImageResizer.Resize(picture, picture.Size with { Width = side }, filter);
            var expected = ColumnsOf(wide, side, filter);
            Assert.Equal(expected, ImageResizer.Resize(picture, PixelSize.Square(side), filter).Pixels.ToArray());
        }
    }

    [Fact]
    public void ACutOutOfAThinThing_AllocatesWhatItsResultNeeds()
    {
        var size = new PixelSize { Width = 30_000, Height = 3 };
        var picture = RandomImages.Flat(size.Width, size.Height, (250, 0, 0));
        var mask = new Mask(size, [.. Enumerable.Repeat(true, 90_000)]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var cut = CutOut.Of(picture, mask, 64);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000); // its square would have 4 GB
        Assert.Equal((CutOut.Grey, CutOut.Grey, CutOut.Grey), cut[0, 0]);
    }

    [Fact]
    public void ACutOutThatShrinks_IsTheSquareAroundTheThing_Resized()
    {
        var size = new PixelSize { Width = 50, Height = 40 };
        var (picture, mask) = (RandomImages.Noise(50, 40, seed: 3), RandomImages.Dots(50, 40, seed: 4));
        var side = (int)Math.Ceiling(50 * 1.24);
        var square = Enumerable.Repeat(CutOut.Grey, 3 * side * side).ToArray();
        var (left, top) = ((size.Width - side) / 2, (size.Height - side) / 2);
        for (var y = 0; y < size.Height; y++)
            for (var x = 0; x < size.Width; x++)
                if (mask[x, y]) picture.Row(y).Slice(3 * x, 3).CopyTo(square.AsSpan(3 * (side * (y - top) + x - left)));
        var expected = ImageResizer.Resize(new RgbImage(PixelSize.Square(side), square), PixelSize.Square(16), ResizeFilter.Bilinear);
        Assert.Equal(expected.Pixels, CutOut.Of(picture, mask, 16).Pixels);
    }

    // The second direction as its definition says: a weighted sum for every sample.
    static byte[] ColumnsOf(RgbImage picture, int height, ResizeFilter filter)
    {
        if (picture.Height == height) return picture.Pixels.ToArray();
        var resample = new ResampleWeights(picture.Height, height, filter);
        var pixels = new byte[3 * picture.Width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, sample) = (i / (3 * picture.Width), i % (3 * picture.Width));
            var weights = resample.At(y, out var first);
            var sum = ResampleWeights.Half;
            for (var k = 0; k < weights.Length; k++) sum += picture.Row(first + k)[sample] * weights[k];
            pixels[i] = ResampleWeights.ToSample(sum);
        }
        return pixels;
    }
}
