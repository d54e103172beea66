using ConceptExpress.Diffusion.Tests.Checkpoints;

namespace ConceptExpress.Diffusion.Tests;

public sealed class TextToImageTests : IDisposable
{
    readonly TinyCheckpoint checkpoint = new();
    readonly StableDiffusion model;

    public TextToImageTests() => model = StableDiffusion.Load(checkpoint.Folder);

    public void Dispose()
    {
        model.Dispose();
        checkpoint.Dispose();
    }

    static GenerationSettings Settings(int seed) => new() { Prompt = seed % 2 == 0 ? "a duck" : "a photo of a car", Seed = seed, Steps = 4, Width = 32, Height = 16 };

    [Theory, InlineData(1.0), InlineData(5.0)]
    public void PicturesDrawnAtOnce_AreThoseDrawnAlone(double guidance)
    {
        var painter = new TextToImage(model, []);
        var settings = Enumerable.Range(0, 3).Select(seed => Settings(seed) with { Guidance = guidance }).ToList();
        var together = painter.GenerateAll(settings, null, TestContext.Current.CancellationToken);
        foreach (var (one, picture) in settings.Zip(together))
        {
            var alone = painter.Generate(one, (Action<int>?)null, TestContext.Current.CancellationToken);
            Assert.Equal((32, 16), (picture.Width, picture.Height));
            Assert.All(alone.Rgb.Zip(picture.Rgb), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
        Assert.NotEqual(together[0].Rgb, together[2].Rgb);
    }

    [Fact]
    public void PicturesThatDifferInMoreThanPromptsAndSeed_AreRefused() => Assert.Throws<ArgumentException>(
        () => new TextToImage(model, []).GenerateAll([Settings(0), Settings(1) with { Steps = 5 }], null, TestContext.Current.CancellationToken));
}
