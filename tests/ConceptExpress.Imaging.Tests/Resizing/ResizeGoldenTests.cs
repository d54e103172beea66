using ConceptExpress.Testing;

namespace ConceptExpress.Imaging.Tests;

/// <summary>Byte for byte against what Pillow made of the golden photos.</summary>
public sealed class ResizeGoldenTests
{
    [Fact]
    public void SquareResize_EqualsPillow()
    {
        var folder = TestFolders.Golden("components");
        var goldens = new SafeTensors(TestFolders.Golden("components/resize.safetensors"));
        var photo = ImageReader.Read(Assert.Single(Directory.GetFiles(folder, "resize_in*.png")));
        string[] keys = [.. goldens.Keys.Where(key => key.StartsWith("to_"))];
        Assert.NotEmpty(keys);
        foreach (var key in keys)
        {
            var side = int.Parse(key["to_".Length..]);
            var resized = ImageResizer.Resize(photo, side, side, ResizeFilter.Bilinear);
            AssertScaledSamplesEqual(goldens, key, resized);
        }
    }

    // Goldens are (3, n, n) in [-1, 1], every so manieth row and column of the resized picture.
    static void AssertScaledSamplesEqual(SafeTensors goldens, string key, RgbImage resized)
    {
        var (golden, stored) = (goldens.Floats(key), goldens.Shape(key)[1]);
        var stride = resized.Width / stored;
        for (var i = 0; i < golden.Length; i++)
        {
            var (channel, y, x) = (i / (stored * stored), i / stored % stored, i % stored);
            var expected = (int)MathF.Round((golden[i] + 1) * 127.5f);
            var equal = expected == Sample(resized, channel, x * stride, y * stride);
            Assert.True(equal, $"{key} differs at channel {channel}, x {x * stride}, y {y * stride}");
        }
    }

    // Chains of encoders/README.md: how an encoder's preprocessing scales a picture before it cuts out the middle.
    static readonly Dictionary<string, Func<RgbImage, RgbImage>> Chains = new()
    {
        ["clip"] = image => ScaleShortestSide(image, 224),
        ["clip_tv"] = image => ScaleShortestSide(image, 224),
        ["dinov2"] = image => ScaleShortestSide(image, 256),
        ["dinov2_tv"] = image => ScaleShortestSide(image, 256),
        ["dino_hf"] = image => ImageResizer.Resize(image, 224, 224, ResizeFilter.Bilinear),
    };

    public static TheoryData<string> ChainNames => [.. Chains.Keys];

    [Theory]
    [MemberData(nameof(ChainNames))]
    public void EncoderPreprocessing_EqualsPillow(string chain)
    {
        var goldens = new SafeTensors(TestFolders.Golden("encoders/pixels.safetensors"));
        string[] keys = [.. goldens.Keys.Where(key => key.StartsWith(chain + "/") && key.EndsWith("/u8"))];
        Assert.SkipWhen(keys.Length == 0, $"the golden pixels hold no chain {chain}");
        foreach (var key in keys)
        {
            var photo = ImageReader.Read(TestFolders.Golden($"encoders/images/{key.Split('/')[1]}.png"));
            AssertCenterEquals(goldens, key, Chains[chain](photo), torchvisionRounding: chain.EndsWith("_tv"));
        }
    }

    static RgbImage ScaleShortestSide(RgbImage image, int shortest)
    {
        var (width, height) = image.Width <= image.Height
            ? (shortest, shortest * image.Height / image.Width)
            : (shortest * image.Width / image.Height, shortest);
        return ImageResizer.Resize(image, width, height, ResizeFilter.Bicubic);
    }

    static void AssertCenterEquals(SafeTensors goldens, string key, RgbImage scaled, bool torchvisionRounding)
    {
        var golden = goldens.Bytes(key);
        var shape = goldens.Shape(key); // (3, height, width)
        int Offset(int side, int cut) => torchvisionRounding ? (int)Math.Round((side - cut) / 2.0) : (side - cut) / 2; // Round is to even
        var (left, top) = (Offset(scaled.Width, shape[2]), Offset(scaled.Height, shape[1]));
        for (var i = 0; i < golden.Length; i++)
        {
            var (channel, y, x) = (i / (shape[1] * shape[2]), i / shape[2] % shape[1], i % shape[2]);
            Assert.True(golden[i] == Sample(scaled, channel, left + x, top + y), $"{key} differs at channel {channel}, x {x}, y {y}");
        }
    }

    static byte Sample(RgbImage image, int channel, int x, int y) => image.Row(y)[3 * x + channel];
}
