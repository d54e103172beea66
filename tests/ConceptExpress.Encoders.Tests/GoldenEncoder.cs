using System.Text.Json;
using System.Text.RegularExpressions;
using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

/// <summary>The golden suite's small encoders, their pictures, and comparison with its tolerance.</summary>
static class GoldenEncoder
{
    /// <summary>Of the largest absolute value (the suite's README).</summary>
    const double Tolerance = 1e-4;

    public static string Folder(string name) => TestFolders.Golden($"encoders/{name}");

    public static GoldenFile File(string name) => GoldenFile.Open($"encoders/{name}.safetensors");

    /// <summary>Names of the pictures, in the order of the tensors' rows.</summary>
    public static string[] Images(GoldenFile golden) => List(golden, "images");

    public static string[] List(GoldenFile golden, string key) => JsonSerializer.Deserialize<string[]>(golden.Metadata[key])!;

    public static RgbImage Picture(string image) => ImageReader.Read(TestFolders.Golden($"encoders/images/{image}.png"));

    /// <summary>Which preprocessing a chain of pixels.safetensors stands for.</summary>
    public static ImagePreprocessing Preprocessing(string chain) => chain switch
    {
        "dino_hf" => Read("dino-vit"),
        _ when chain.EndsWith("_tv", StringComparison.Ordinal) => Read(chain[..^3]) with { Rounding = CropRounding.HalfToEven },
        _ => Read(chain),
    };

    static ImagePreprocessing Read(string encoder) => PreprocessorConfig.Read(Path.Combine(Folder(encoder), "preprocessor_config.json"));

    /// <summary>Bytes (3,h,w) of a picture; chains of torchvision are stored only where they differ.</summary>
    public static Tensor Bytes(GoldenFile pixels, string chain, string image)
    {
        var key = $"{chain}/{image}/u8";
        return pixels.Stored(pixels.Has(key) ? key : $"{chain.Replace("_tv", "")}/{image}/u8");
    }

    /// <summary>All pictures, (B,3,h,w), normalised.</summary>
    public static Tensor Pixels(string chain)
    {
        using var pixels = File("pixels");
        return Preprocessing(chain).Normalize(stack([.. Images(pixels).Select(image => Bytes(pixels, chain, image))]));
    }

    /// <summary>The rows that a tensor of fewer pictures is about, by the file's note.</summary>
    public static Tensor RowsOf(GoldenFile golden, string key, Tensor all)
    {
        var rows = golden.Stored(key).shape[0];
        if (rows == all.shape[0]) return all;
        var note = golden.Metadata["note"];
        var several = Regex.Matches(note, @"images \[([\d, ]+)\]")
            .Select(match => match.Groups[1].Value.Split(',').Select(long.Parse).ToArray());
        var single = Regex.Matches(note, @"image (\d+)").Select(match => new[] { long.Parse(match.Groups[1].Value) });
        return all.index_select(0, tensor(several.Concat(single).First(list => list.Length == rows), dtype: int64));
    }

    /// <summary>Every element within the suite's tolerance, or every one of the rows that a mask names.</summary>
    public static void Equal(GoldenFile golden, string key, Tensor actual, string what, Tensor? rows = null)
    {
        var expected = golden[key];
        Assert.Equal(expected.shape, actual.shape);
        if (rows is not null) (expected, actual) = (expected[TensorIndex.Tensor(rows)], actual[TensorIndex.Tensor(rows)]);
        var largest = expected.abs().max().item<float>();
        var error = (expected - actual).abs().max().item<float>() / largest;
        TestContext.Current.TestOutputHelper?.WriteLine($"{what} {key}: {error:e1} of the largest value");
        Close.Absolutely(expected, actual, Tolerance * largest, $"{what} {key}");
    }

    /// <summary>From the pictures' files: the same direction, but for single grey levels.</summary>
    public static void SameDirection(GoldenFile golden, string key, Tensor actual, string what)
    {
        const double least = 0.9995;
        var cosine = nn.functional.cosine_similarity(golden[key], actual, dim: 1).min().item<float>();
        TestContext.Current.TestOutputHelper?.WriteLine($"{what} {key} from the files: cosine {cosine:f7}");
        Assert.True(cosine > least, $"{what} {key}: least cosine {cosine}");
    }

    /// <summary>Cosines (B,B') of features (B,D) and (B',D).</summary>
    public static Tensor Cosines(Tensor one, Tensor other) => Unit(one).matmul(Unit(other).transpose(0, 1));

    public static Tensor Unit(Tensor features) => nn.functional.normalize(features, dim: 1);
}
