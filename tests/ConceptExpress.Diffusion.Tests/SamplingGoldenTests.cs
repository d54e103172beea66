using System.Globalization;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests;

/// <summary>Whole pictures against the original pipeline: prompt, guidance, UNet, sampler and autoencoder together.</summary>
public sealed class SamplingGoldenTests
{
    /// <summary>Of a latent's length; the goldens' metadata tells how much more a change of 1e-6 at the start makes at the end.</summary>
    const double Tolerance = 1e-3;

    /// <summary>Of a golden grey level: half of one by rounding to bytes, the rest by the latent's tolerance.</summary>
    const double GreyLevels = 1;

    // Sampler, its order, steps, and the latent's side or sides: "ddim50_infer_32", "dpmpp2m20_48x40".
    const string Run = @"([a-z]+?)(?:2m)?(\d+)(?:_infer)?_(\d+|\d+x\d+)";

    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Checkpoints))]
    public void Generate_EqualsGolden_InItsLatentsAndItsPicture(string checkpoint)
    {
        using var scope = NewDisposeScope();
        using var golden = Open(checkpoint);
        using var model = StableDiffusion.Load(TestFolders.Golden(checkpoint));
        var drawing = new TextToImage(model, []);
        var runs = golden.SomeMatching($"{Run}/latents");
        foreach (var (key, groups) in runs)
        {
            using var each = NewDisposeScope();
            var run = key[..^"/latents".Length];
            var (latents, steps) = (golden.Stored(key), golden.Integers($"{run}/step_index"));
            var compared = 0;
            var settings = Settings(golden, groups[1].Value, int.Parse(groups[2].Value));
            var picture = drawing.Generate(settings, golden[$"x_T_{groups[3].Value}"], (done, latent) =>
            {
                if (Array.IndexOf(steps, done - 1L) is not (>= 0 and var at)) return;
                Close.InLength(latents[at], Close.FirstRows(latents[at], latent), Tolerance, $"{checkpoint} {run} after evaluation {done}");
                compared++;
            }, TestContext.Current.CancellationToken);
            Assert.Equal(steps.Length, compared);
            if (golden.Has($"{run}/image")) CheckPicture(golden.Stored($"{run}/image"), picture, $"{checkpoint} {run}");
        }
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void PromptsOfGuidance_EqualGolden(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var golden = Open(checkpoint);
        using var model = StableDiffusion.Load(TestFolders.Golden(checkpoint));
        var prompts = new PromptEncoder(model.Texts, []);
        var both = TextConditioning.Cat([prompts.Encode(""), prompts.Encode(golden.Metadata["prompt"])]).Context;
        var expected = golden.Stored("prompt_embeds");
        Close.OfDeviation(expected, Close.FirstRows(expected, both), 1e-4, checkpoint);
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Timesteps_EqualGolden(string checkpoint)
    {
        using var golden = Open(checkpoint);
        var schedule = NoiseSchedule.Load(TestFolders.Golden($"{checkpoint}/scheduler"));
        foreach (var (key, groups) in golden.SomeMatching($"{Run}/timesteps"))
        {
            var settings = Settings(golden, groups[1].Value, int.Parse(groups[2].Value));
            Assert.Equal(golden.Integers(key), Samplers.ByName(settings.Sampling.Sampler, schedule).Timesteps(settings.Sampling.Steps));
        }
    }

    static GoldenFile Open(string checkpoint) => GoldenFile.Open($"components/{checkpoint}/sampling.safetensors");

    static GenerationSettings Settings(GoldenFile golden, string sampler, int steps) => new()
    {
        Prompt = golden.Metadata["prompt"],
        Sampling = new SamplingSettings
        {
            Sampler = sampler == "dpmpp" ? "dpm++" : sampler,
            Steps = steps,
            Guidance = double.Parse(golden.Metadata["guidance_scale"], CultureInfo.InvariantCulture),
        },
    };

    // The golden (height, width, 3) in [0,1] may hold only every n-th pixel.
    static void CheckPicture(Tensor golden, RgbImage picture, string what)
    {
        if (golden.dim() == 4) golden = golden[0];
        using var bytes = PixelTensor.Bytes([picture]);
        var all = bytes[0].permute(1, 2, 0).to(float64) / 255;
        Tensor Every(long sides, long kept) => arange(0, sides, (sides + kept - 1) / kept, dtype: int64);
        var drawn = all.index_select(0, Every(picture.Height, golden.shape[0])).index_select(1, Every(picture.Width, golden.shape[1]));
        Close.Absolutely(golden, drawn, GreyLevels / 255, what);
    }
}
