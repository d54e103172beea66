using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Unet;

public class UnetGoldenTests
{
    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Fact]
    public void WhatTheUnetCannotUse_IsRefused()
    {
        using var scope = NewDisposeScope();
        var unet = GoldenCheckpoint.Unet("tiny-sd2");
        using var golden = GoldenFile.Open("components/tiny-sd2/unet.safetensors", committed: true);
        var text = new TextConditioning(golden["cond"][..1]);
        foreach (var other in new[] { text with { Pooled = zeros(1, 4) }, text with { Sizes = zeros(1, 6) } })
            Assert.Throws<ArgumentException>(() => unet.call(zeros(1, 4, 8, 8), zeros(1, dtype: int64), other));
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Prediction_EqualsGolden_AtEverySizeAndTimestep(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var unet = GoldenCheckpoint.Unet(checkpoint);
        using var golden = GoldenFile.Open($"components/{checkpoint}/unet.safetensors", committed: true);
        var cases = golden.SomeMatching(@"eps_(\d+|\d+x\d+)((?:_t\d+)+)((?:_cond\d+)+)");
        foreach (var (key, groups) in cases)
        {
            using var each = NewDisposeScope();
            var latents = golden[$"latents_{groups[1].Value}"];
            var timesteps = Numbers(groups[2].Value, "_t");
            var rows = Numbers(groups[3].Value, "_cond");
            if (timesteps.Length < rows.Length) timesteps = [.. rows.Select(_ => timesteps[0])];
            rows = rows[..(int)Math.Min(rows.Length, latents.shape[0])]; // a file may have kept the first latents only
            timesteps = timesteps[..rows.Length];
            var actual = unet.call(latents.narrow(0, 0, rows.Length), tensor(timesteps),
                new TextConditioning(golden["cond"].index_select(0, tensor(rows))));
            var expected = golden.Stored(key);
            Close.OfDeviation(expected, Close.FirstRows(expected, actual), 1e-4, $"{checkpoint} {key}");
        }
    }

    static long[] Numbers(string text, string separator) =>
        [.. text.Split(separator, StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
}
