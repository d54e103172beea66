namespace ConceptExpress.Imaging.Tests;

public class CutOutTests
{
    const int Side = 96;

    static RgbImage Red(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i += 3) pixels[i] = 200;
        return new RgbImage(new PixelSize { Width = width, Height = height }, pixels);
    }

    static Mask Where(int width, int height, Func<int, int, bool> inside) =>
        new(new PixelSize { Width = width, Height = height },
            [.. Enumerable.Range(0, width * height).Select(i => inside(i % width, i / width))]);

    [Theory, InlineData(96, 96), InlineData(64, 40), InlineData(200, 300)]
    public void TheThing_IsInTheMiddle_OnGrey(int width, int height)
    {
        var cut = CutOut.Of(Red(width, height), Where(width, height, (x, y) => x is >= 4 and < 20 && y is >= 10 and < 26), Side);
        Assert.Equal((Side, Side), (cut.Width, cut.Height));
        Assert.Equal((200, 0, 0), ((int)cut[48, 48].Red, cut[48, 48].Green, cut[48, 48].Blue));
        foreach (var corner in (int[])[0, Side - 1]) Assert.Equal(((byte)128, (byte)128, (byte)128), cut[corner, corner]);
    }

    [Fact]
    public void AThingAtTheBorder_IsNotMoved()
    {
        var cut = CutOut.Of(Red(50, 50), Where(50, 50, (x, y) => x < 10 && y < 10), Side);
        Assert.Equal((byte)200, cut[48, 48].Red);
        Assert.Equal((byte)128, cut[2, 2].Red);
    }

    [Fact]
    public void AnEmptyMask_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => CutOut.Of(Red(8, 8), Where(8, 8, (_, _) => false), Side));
        Assert.Throws<ArgumentException>(() => CutOut.Of(Red(8, 8), Where(4, 4, (_, _) => true), Side));
    }
}
