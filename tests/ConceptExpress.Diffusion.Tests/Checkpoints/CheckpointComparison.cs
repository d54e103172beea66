using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>Compares checkpoints by their tensors and by a small picture.</summary>
static class CheckpointComparison
{
    /// <summary>Asserts that two modules have the same tensors, bit by bit.</summary>
    public static void AreTheSame(nn.Module expected, nn.Module actual)
    {
        using var scope = NewDisposeScope();
        var (left, right) = (expected.state_dict(), actual.state_dict());
        Assert.Equal(left.Keys, right.Keys);
        Assert.All(left, pair => Assert.True(pair.Value.eq(right[pair.Key]).all().item<bool>(), pair.Key));
    }

    /// <summary>The bytes of a picture of 64x64 pixels, in two steps; not of one colour.</summary>
    public static byte[] Draw(StableDiffusion model)
    {
        var pixels = new TextToImage(model, []).Generate(new GenerationSettings
        {
            Prompt = "a photo of a duck",
            Seed = 3,
            Sampling = new SamplingSettings { Sampler = "ddim", Steps = 2 },
            Width = 64,
            Height = 64,
        }, stop: TestContext.Current.CancellationToken).Pixels.ToArray();
        Assert.InRange(pixels.Distinct().Count(), 4, 256);
        return pixels;
    }
}
