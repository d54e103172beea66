using System.Text.Json;
using System.Text.RegularExpressions;
using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

/// <summary>The golden suite's small encoders, their pictures, and comparison with its tolerance.</summary>
static partial class GoldenEncoder
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

    /// <summary>
    /// The rows that a tensor of fewer pictures is about, by the file's note: "hidden_1: images [0,2]; hidden_last and last_hidden_state:
    /// image 2". Where the
    /// note tells nothing, the first ones.
    /// </summary>
    public static Tensor RowsOf(GoldenFile golden, string key, Tensor all)
    {
        var count = golden.Shape(key)[0];
        if (count == all.shape[0]) return all;
        var told = golden.Metadata.GetValueOrDefault("note", "").Split(';')
            .Select(clause => (Clause: clause, Rows: NamedImages().Match(clause)))
            .Where(part => part.Rows.Success)
            .Select(part => (part.Clause, Rows: part.Rows.Groups[1].Value.Split(',').Select(long.Parse).ToArray()))
            .Where(part => part.Rows.Length == count && part.Rows.All(row => row < all.shape[0]))
            .Where(part => Mentions(part.Clause, key) || Mentions(part.Clause, "hidden tensors") && HiddenState().IsMatch(key))
            .Select(part => part.Rows).FirstOrDefault();
        return all.index_select(0, tensor(told ?? [.. Enumerable.Range(0, (int)count).Select(row => (long)row)], dtype: int64));
    }

    static bool Mentions(string clause, string words) => Regex.IsMatch(clause, $@"\b{Regex.Escape(words)}\b");

    [GeneratedRegex(@"(^|/)(embedding_output|hidden_\w+|last_hidden_state)$")]
    private static partial Regex HiddenState();

    [GeneratedRegex(@"\bimages? \[?(\d+(?:, ?\d+)*)\]?")]
    private static partial Regex NamedImages();

    /// <summary>Compares what the file has of these; fails where it has nothing.</summary>
    public static void Equal(GoldenFile golden, string what, params (string Key, Func<Tensor> Actual)[] values)
    {
        var there = values.Where(value => golden.Has(value.Key)).ToList();
        Assert.True(there.Count > 0, $"the golden file of {what} has none of {string.Join(", ", values.Select(value => value.Key))}");
        foreach (var (key, actual) in there) Equal(golden, key, actual(), what);
    }

    /// <summary>
    /// Every element within the suite's tolerance, or every one of the rows that a mask names; of the pictures or texts that the file has.
    /// </summary>
    public static void Equal(GoldenFile golden, string key, Tensor actual, string what, Tensor? rows = null)
    {
        var expected = golden.Stored(key);
        (actual, rows) = (RowsOf(golden, key, actual), rows is null ? null : RowsOf(golden, key, rows));
        Assert.Equal(expected.shape, actual.shape);
        if (rows is not null) (expected, actual) = (expected[TensorIndex.Tensor(rows)], actual[TensorIndex.Tensor(rows)]);
        var largest = expected.abs().max().to(float32).item<float>();
        var error = (expected.to(float32) - actual).abs().max().item<float>() / largest;
        TestContext.Current.TestOutputHelper?.WriteLine($"{what} {key}: {error:e1} of the largest value");
        Close.Absolutely(expected, actual, Tolerance * largest, $"{what} {key}");
    }

    /// <summary>From the pictures' files: the same direction, but for single grey levels.</summary>
    public static void SameDirection(GoldenFile golden, string key, Tensor actual, string what)
    {
        const double least = 0.9995;
        var cosine = nn.functional.cosine_similarity(golden[key], RowsOf(golden, key, actual), dim: 1).min().item<float>();
        TestContext.Current.TestOutputHelper?.WriteLine($"{what} {key} from the files: cosine {cosine:f7}");
        Assert.True(cosine > least, $"{what} {key}: least cosine {cosine}");
    }

    /// <summary>Cosines (B,B') of features (B,D) and (B',D).</summary>
    public static Tensor Cosines(Tensor one, Tensor other) => Unit(one).matmul(Unit(other).transpose(0, 1));

    public static Tensor Unit(Tensor features) => nn.functional.normalize(features, dim: 1);
}
