using ConceptExpress.Imaging;

namespace ConceptExpress.Toybox.Evaluation.Tests;

public class PictureQualityTests
{
    const int Side = 16;

    static RgbImage Noise(int seed, int amplitude = 256)
    {
        var (random, pixels) = (new Random(seed), new byte[3 * Side * Side]);
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(128 - amplitude / 2 + random.Next(amplitude));
        return new RgbImage(PixelSize.Square(Side), pixels);
    }

    static RgbImage Shifted(RgbImage image, int by) =>
        new(PixelSize.Square(Side), [.. image.Pixels.ToArray().Select(value => (byte)(value + by))]);

    [Fact]
    public void IdenticalPictures_AreAlike()
    {
        Assert.Equal(double.PositiveInfinity, PictureQuality.Psnr(Noise(1), Noise(1)));
        Assert.Equal(1, PictureQuality.Ssim(Noise(1), Noise(1)), 12);
    }

    [Fact]
    public void AShiftOfEveryValue_HasTheKnownRatio()
    {
        var image = Noise(1, amplitude: 100);
        Assert.Equal(20 * Math.Log10(255 / 5.0), PictureQuality.Psnr(image, Shifted(image, 5)), 9);
    }

    [Fact]
    public void BothMeasures_AreSymmetric_AndFallWithNoise()
    {
        var (image, near, far) = (Noise(1, 100), Mixed(Noise(1, 100), Noise(2, 100), 0.1), Mixed(Noise(1, 100), Noise(2, 100), 0.5));
        foreach (var measure in (Func<RgbImage, RgbImage, double>[])[PictureQuality.Psnr, PictureQuality.Ssim])
        {
            Assert.Equal(measure(image, near), measure(near, image), 9);
            Assert.True(measure(image, near) > measure(image, far));
        }
    }

    [Fact]
    public void Ssim_OfOppositePictures_IsNegative()
    {
        var image = Noise(3);
        var inverse = new RgbImage(PixelSize.Square(Side), [.. image.Pixels.ToArray().Select(value => (byte)(255 - value))]);
        Assert.True(PictureQuality.Ssim(image, inverse) < -0.5);
    }

    [Fact]
    public void OtherSizes_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => PictureQuality.Psnr(Noise(1), new RgbImage(PixelSize.Square(1), new byte[3])));
        var small = new RgbImage(PixelSize.Square(4), new byte[48]);
        Assert.Throws<ArgumentException>(() => PictureQuality.Ssim(small, small));
    }

    static RgbImage Mixed(RgbImage one, RgbImage other, double share) =>
        new(PixelSize.Square(Side), [.. one.Pixels.ToArray().Zip(other.Pixels.ToArray(), (a, b) => (byte)(a + share * (b - a)))]);
}
