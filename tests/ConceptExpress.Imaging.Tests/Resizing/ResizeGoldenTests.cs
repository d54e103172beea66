using System.Text.Json;
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
            var resized = ImageResizer.Resize(photo, PixelSize.Square(side), ResizeFilter.Bilinear);
            AssertScaledSamplesEqual(goldens, key, resized);
        }
    }

    // Goldens are (3, height, width) in [-1, 1], every so manieth row and column of the resized picture.
    static void AssertScaledSamplesEqual(SafeTensors goldens, string key, RgbImage resized)
    {
        var (golden, shape) = (goldens.Floats(key), goldens.Shape(key)[^3..]);
        static int Stride(int side, int stored) => (side + stored - 1) / stored;
        var (down, right) = (Stride(resized.Height, shape[1]), Stride(resized.Width, shape[2]));
        for (var i = 0; i < golden.Length; i++)
        {
            var (channel, y, x) = (i / (shape[1] * shape[2]), i / shape[2] % shape[1] * down, i % shape[2] * right);
            var expected = (int)MathF.Round((golden[i] + 1) * 127.5f);
            Assert.True(expected == Sample(resized, channel, x, y), $"{key} differs at channel {channel}, x {x}, y {y}");
        }
    }

    [Fact]
    public void EncoderPreprocessing_EqualsPillow()
    {
        var goldens = new SafeTensors(TestFolders.Golden("encoders/pixels.safetensors"));
        string[] keys = [.. goldens.Keys.Where(key => key.EndsWith("/u8"))];
        Assert.NotEmpty(keys);
        foreach (var key in keys)
        {
            var (chain, photo) = (key.Split('/')[0], ImageReader.Read(TestFolders.Golden($"encoders/images/{key.Split('/')[1]}.png")));
            AssertCenterEquals(goldens, key, Scaled(chain, photo), torchvisionRounding: chain.EndsWith("_tv"));
        }
    }

    /// <summary>
    /// What the chains of encoders/README.md make of a picture before they cut out the middle, with sizes and filter of their encoder's
    /// file.
    /// </summary>
    static RgbImage Scaled(string chain, RgbImage image)
    {
        var encoder = chain == "dino_hf" ? "dino-vit" : chain.Replace("_tv", "", StringComparison.Ordinal);
        using var file = JsonDocument.Parse(File.ReadAllText(TestFolders.Golden($"encoders/{encoder}/preprocessor_config.json")));
        var (config, size) = (file.RootElement, file.RootElement.GetProperty("size"));
        var filter = config.GetProperty("resample").GetInt32() == 2 ? ResizeFilter.Bilinear : ResizeFilter.Bicubic;
        var cut = config.TryGetProperty("do_center_crop", out var crops) && crops.GetBoolean();
        int Told(string field) => size.ValueKind == JsonValueKind.Number ? size.GetInt32() : size.GetProperty(field).GetInt32();
        if (!cut) return ImageResizer.Resize(image, PixelSize.Square(Told("height")), filter);
        var shortest = Told("shortest_edge");
        return ImageResizer.Resize(image, image.Width <= image.Height
            ? new PixelSize { Width = shortest, Height = shortest * image.Height / image.Width }
            : new PixelSize { Width = shortest * image.Width / image.Height, Height = shortest }, filter);
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
