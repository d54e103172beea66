using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests;

/// <summary>A checkpoint of 200 timesteps instead of 1000: what settings tell in thousandths stays within its schedule.</summary>
public sealed class ShortScheduleTests : IDisposable
{
    const int Timesteps = 200, Side = 128;

    readonly StableDiffusion model = CoreCheckpoint.Load(trainTimesteps: Timesteps);

    public void Dispose() => model.Dispose();

    static RgbImage Picture => new(PixelSize.Square(Side), [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (byte)(i * 7))]);

    [Fact]
    public void BorderLocating_ReadsAttentionAtThousandthsOfTheSchedule()
    {
        Assert.Equal(Timesteps, model.Schedule.TrainTimesteps);
        var seen = new List<long>();
        model.Unet.register_forward_pre_hook((_, latents, timesteps, text) =>
        {
            seen.Add(timesteps[0].item<long>());
            return (latents, timesteps, text);
        });
        var settings = ExtractionSettings.Express with
        {
            Resolution = Side,
            Locating = new BorderLocating { Timesteps = [0, 50, 150, 250, 999], MinProminence = null }
        };
        Assert.NotEmpty(new ConceptExtractor(model).Locate(Picture, settings, stop: TestContext.Current.CancellationToken));
        Assert.Equal([0, 10, 30, 50, 199], seen);
    }

    [Fact]
    public void Express_GoesThroughAWholeExtraction()
    {
        var settings = ExtractionSettings.Express with { Resolution = Side, Learning = ExtractionSettings.Express.Learning.WithPasses(1) };
        settings = settings with { Locating = new BorderLocating { MaxConcepts = 2, MinProminence = null } };
        var set = new ConceptExtractor(model).Extract(Picture, settings, stop: TestContext.Current.CancellationToken);
        Assert.NotEmpty(set.Concepts);
        Assert.True(double.IsFinite(set.FinalLosses!.Total));
    }
}
