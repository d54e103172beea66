using ConceptExpress.Diffusion;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

public class PreprocessingGoldenTests
{
    /// <summary>Of all bytes, that may be off by one.</summary>
    const double Share = 0.01;

    [Fact]
    public void Bytes_EqualGolden()
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenEncoder.File("pixels");
        foreach (var (key, groups) in golden.SomeMatching("([^/]+)/([^/]+)/u8"))
        {
            var picture = GoldenEncoder.Preprocessing(groups[1].Value).ResizeAndCrop(GoldenEncoder.Picture(groups[2].Value));
            var actual = PixelTensor.Bytes([picture])[0];
            var difference = (golden.Stored(key).to(int32) - actual.to(int32)).abs();
            var share = difference.count_nonzero().item<long>() / (double)difference.numel();
            TestContext.Current.TestOutputHelper?.WriteLine($"{key}: {share:p3} of the bytes differ");
            var largest = difference.max().item<int>();
            Assert.True(largest <= 1 && share <= Share, $"{key}: {share:p2} differ, by up to {largest}");
        }
    }

    [Fact]
    public void NormalizedPixels_EqualGolden()
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenEncoder.File("pixels");
        foreach (var (key, groups) in golden.SomeMatching(@"([^/]+)/([^/]+)/pixel_values(?:_every_(\d+)th_row)?"))
        {
            var bytes = GoldenEncoder.Bytes(golden, groups[1].Value, groups[2].Value);
            var step = groups[3].Success ? long.Parse(groups[3].Value) : 1;
            var rows = arange(0, bytes.shape[1], step, dtype: int64);
            var actual = GoldenEncoder.Preprocessing(groups[1].Value).Normalize(bytes.unsqueeze(0))[0].index_select(1, rows);
            Close.Absolutely(golden.Stored(key), actual, 1e-5, key);
        }
    }
}
