using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Tests.Checkpoints;
using ConceptExpress.Testing;

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

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static GenerationSettings Settings(int seed) => new()
    {
        Prompt = seed % 2 == 0 ? "a duck" : "a photo of a car",
        Seed = seed,
        Sampling = new SamplingSettings { Steps = 4 },
        Width = 48,
        Height = 32,
    };

    [Theory, InlineData(1.0), InlineData(5.0)]
    public void PicturesDrawnAtOnce_AreThoseDrawnAlone(double guidance)
    {
        var painter = new TextToImage(model, []);
        var settings = Enumerable.Range(0, 3).Select(Settings)
            .Select(one => one with { Sampling = one.Sampling with { Guidance = guidance } }).ToList();
        var together = painter.GenerateAll(settings, null, Stop);
        foreach (var (one, picture) in settings.Zip(together))
        {
            var alone = painter.Generate(one, stop: Stop);
            Assert.Equal((48, 32), (picture.Width, picture.Height));
            Assert.All(alone.Pixels.ToArray().Zip(picture.Pixels.ToArray()), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
        Assert.NotEqual(together[0].Pixels.ToArray(), together[2].Pixels.ToArray());
    }

    [Fact]
    public void PicturesThatDifferInMoreThanPromptsAndSeed_AreRefused() => Assert.Throws<ArgumentException>(
        () => new TextToImage(model, [])
            .GenerateAll([Settings(0), Settings(1) with { Sampling = new SamplingSettings { Steps = 5 } }], null, Stop));

    [Theory, InlineData("ddim"), InlineData("pndm"), InlineData("dpm++")]
    public void Progress_HearsOfEveryEvaluation(string sampler)
    {
        var (painter, heard) = (new TextToImage(model, []), new RecordedProgress());
        var settings = Settings(0) with { Sampling = new SamplingSettings { Sampler = sampler, Steps = 4 } };
        painter.Generate(settings, heard, Stop);
        Assert.Equal(painter.Evaluations(settings.Sampling), heard.All<Advanced>().Count);
        Assert.Equal(heard.Events.Count, heard.All<Advanced>().Count);
    }

    [Fact]
    public void WithoutASize_ThePictureIsOfTheTrainedOne()
    {
        checkpoint.Configure("unet", "sample_size", "32");
        using var trained = StableDiffusion.Load(checkpoint.Folder);
        var picture = new TextToImage(trained, []).Generate(Settings(0) with { Width = null, Height = null }, stop: Stop);
        Assert.Equal((trained.TrainedResolution, trained.TrainedResolution), (picture.Width, picture.Height));
        Assert.Equal(32 * trained.Downscale, picture.Width);
    }

    [Theory]
    [InlineData("width")]
    [InlineData("height")]
    public void ASideThatIsNoMultipleOfTheDownscale_IsRefused_NamingTheNearestThatIs(string side)
    {
        var settings = side == "width" ? Settings(0) with { Width = 47 } : Settings(0) with { Height = 47 };
        var message = Assert.Throws<SettingsException>(() => new TextToImage(model, []).Generate(settings, stop: Stop)).Message;
        Assert.StartsWith($"{side} 47 ", message);
        Assert.Contains($"multiple of {model.Downscale}", message);
        Assert.Contains("try 48", message);
    }

    [Fact]
    public void ASamplerThatIsUnknown_IsRefused_NamingTheKnownOnes()
    {
        var message = Assert.Throws<SettingsException>(() => Draw(new SamplingSettings { Sampler = "euler" })).Message;
        Assert.StartsWith("sampler is 'euler'", message);
        Assert.All(Samplers.Names, name => Assert.Contains(name, message));
    }

    [Theory, InlineData("ddim"), InlineData("pndm"), InlineData("dpm++")]
    public void MoreStepsThanTheScheduleHas_AreRefused_NamingTheMost(string sampler)
    {
        checkpoint.Configure("scheduler", "num_train_timesteps", "20");
        using var brief = StableDiffusion.Load(checkpoint.Folder);
        var most = Samplers.ByName(sampler, brief.Schedule).MaxSteps;
        var sampling = new SamplingSettings { Sampler = sampler, Steps = most };
        new TextToImage(brief, []).Generate(Settings(0) with { Sampling = sampling }, stop: Stop);
        var message = Assert.Throws<SettingsException>(
            () => new TextToImage(brief, [])
                .Generate(Settings(0) with { Sampling = sampling with { Steps = most + 1 } }, stop: Stop)).Message;
        Assert.StartsWith($"steps is {most + 1};", message);
        Assert.Contains($"at most {most} ", message);
    }

    [Fact]
    public void EveryRange_HoldsInGeneration_AndTheMessageNamesTheSetting()
    {
        var settings = Settings(0);
        Assert.Empty(DeclaredRanges.Unlimited(settings));
        Assert.All(DeclaredRanges.AtTheEnds(settings), each => SettingsCheck.Require(each.Settings));
        var outside = DeclaredRanges.JustOutside(settings);
        Assert.NotEmpty(outside);
        Assert.All(outside, each =>
        {
            var message = Assert.Throws<SettingsException>(() => ((GenerationSettings)each.Settings).ValidatedFor(model)).Message;
            Assert.StartsWith($"{each.Path} is ", message);
            Assert.EndsWith(".", message);
        });
    }

    void Draw(SamplingSettings sampling) => new TextToImage(model, []).Generate(Settings(0) with { Sampling = sampling }, stop: Stop);
}
