using System.Diagnostics;
using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Jobs.Health;

/// <summary>How long the parts of a self-test took, in seconds.</summary>
/// <param name="Device">Where it computed.</param>
/// <param name="Load">Reading the embedded checkpoint.</param>
/// <param name="Locate">Locating the three toys of a drawn scene.</param>
/// <param name="Learn">Two passes of learning.</param>
/// <param name="Draw">A picture of 96 pixels with four sampler steps.</param>
sealed record SelfTestTimes(string Device, double Load, double Locate, double Learn, double Draw);

/// <summary>
/// Does once, in small, what the program does: draws a scene of three toys in code, locates them, learns words for a few steps, and draws
/// with a word. All of it is compared with what must come out.
/// </summary>
static class SelfTest
{
    const HealthArea Area = HealthArea.SelfTest;
    const ulong Seed = 7; // its three toys are found with a confidence of at least .82, so rounding does not change their number
    const int Toys = 3, Side = 96, Passes = 2;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Runs the test.</summary>
    /// <param name="compute">Where to compute.</param>
    /// <param name="context">Gives the embedded checkpoint, and cancels the test.</param>
    /// <returns>A finding, and the times if the test came to its end.</returns>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public static (Finding Finding, SelfTestTimes? Times) Run(ComputeSettings compute, JobContext context)
    {
        using var limit = new CancellationTokenSource(Limit, context.Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stop, limit.Token);
        try
        {
            context.Report(new PhaseBegan("self-test"));
            var begun = Stopwatch.StartNew();
            return context.Models.Use(null, compute, context, loaded => Run(loaded.Model, begun, stop.Token));
        }
        catch (OperationCanceledException) when (!context.Stop.IsCancellationRequested)
        {
            return (Finding.Warning(Area, "the self-test did not end within a minute",
                "end other programs that compute, or expect long runs"), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (Finding.Problem(Area, $"the self-test failed: {Failure.Sentence(e).TrimEnd('.')}",
                "see the other findings, then report it with all of this output"), null);
        }
    }

    static (Finding, SelfTestTimes?) Run(StableDiffusion model, Stopwatch clock, CancellationToken stop)
    {
        double Lap()
        {
            var seconds = clock.Elapsed.TotalSeconds;
            clock.Restart();
            return Math.Round(seconds, 2);
        }
        var load = Lap();
        var scene = SceneComposer.Compose(Seed, new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = Toys });
        var picture = SceneRenderer.Render(scene, Side).Picture;
        var extractor = new ConceptExtractor(model);
        var located = extractor.Locate(picture, Settings, stop: stop);
        var locate = Lap();
        if (located.Count != Toys)
            return (Finding.Problem(Area, $"the self-test located {located.Count} of {Toys} toys",
                "report it with all of this output; libtorch computes other values here than elsewhere"), null);
        var learned = extractor.Learn(picture, located, Settings, stop: stop);
        var learn = Lap();
        var drawn = new TextToImage(model, learned.Words).Generate(
            new GenerationSettings
            {
                Prompt = $"a photo of {learned.Words[0].Token}",
                Width = Side,
                Height = Side,
                Sampling = new SamplingSettings { Steps = 4 },
            }, stop: stop);
        var times = new SelfTestTimes(model.Device.ToString(), load, locate, learn, Lap());
        return (IsPlain(drawn)
            ? Finding.Problem(Area, "the self-test drew a picture of one colour", "report it with all of this output")
            : Finding.Ok(Area, string.Create(CultureInfo.InvariantCulture,
                $"three toys were located in {times.Locate:0.0} s, their words learned for {Passes} passes in {times.Learn:0.0} s, and one "
                + $"drawn in {times.Draw:0.0} s on {times.Device}")), times);
    }

    // Values that are not finite end learning and drawing by themselves.
    static ExtractionSettings Settings => ExtractionSettings.Express with
    {
        Resolution = Side,
        Learning = ExtractionSettings.Express.Learning with
        {
            Passes = Passes,
            MergePass = 1,
            BatchSize = 1,
            Start = new MeanWord(),
            CloseUps = null,
        },
    };

    static bool IsPlain(RgbImage picture) => picture.Pixels.IndexOfAnyExcept(picture.Pixels[0]) < 0;
}
