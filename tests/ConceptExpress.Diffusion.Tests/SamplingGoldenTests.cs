using System.Globalization;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
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

    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Checkpoints))]
    public void Generate_EqualsGolden_InItsLatentsAndItsPicture(string checkpoint)
    {
        using var scope = NewDisposeScope();
        using var golden = Open(checkpoint);
        using var model = StableDiffusion.Load(TestFolders.Golden(checkpoint));
        var drawing = new TextToImage(model, []);
        var runs = golden.SomeMatching(@"([a-z]+?)(?:2m)?(\d+)(?:_infer)?_(\d+)/latents");
        foreach (var (key, groups) in runs)
        {
            using var each = NewDisposeScope();
            var run = key[..^"/latents".Length];
            var (latents, steps) = (golden[key], golden.Integers($"{run}/step_index"));
            var compared = 0;
            var settings = Settings(golden, groups[1].Value, int.Parse(groups[2].Value));
            var picture = drawing.Generate(settings, golden[$"x_T_{groups[3].Value}"], (done, latent) =>
            {
                if (Array.IndexOf(steps, done - 1L) is not (>= 0 and var at)) return;
                Close.InLength(latents[at], latent[0], Tolerance, $"{checkpoint} {run} after evaluation {done}");
                compared++;
            }, TestContext.Current.CancellationToken);
            Assert.Equal(steps.Length, compared);
            CheckPicture(golden[$"{run}/image"], picture, $"{checkpoint} {run}");
        }
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void PromptsOfGuidance_EqualGolden(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var golden = Open(checkpoint);
        using var model = StableDiffusion.Load(TestFolders.Golden(checkpoint));
        var prompts = new PromptEncoder(model, []);
        var both = cat([prompts.Encode(""), prompts.Encode(golden.Metadata["prompt"])], 0);
        Close.OfDeviation(golden["prompt_embeds"], both, 1e-4, checkpoint);
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Timesteps_EqualGolden(string checkpoint)
    {
        using var golden = Open(checkpoint);
        var schedule = NoiseSchedule.Load(TestFolders.Golden($"{checkpoint}/scheduler"));
        foreach (var (key, groups) in golden.SomeMatching(@"([a-z]+?)(?:2m)?(\d+)(?:_infer)?_(\d+)/timesteps"))
        {
            var settings = Settings(golden, groups[1].Value, int.Parse(groups[2].Value));
            Assert.Equal(golden.Integers(key), Samplers.ByName(settings.Sampler, schedule).Timesteps(settings.Steps));
        }
    }

    static GoldenFile Open(string checkpoint) => GoldenFile.Open($"components/{checkpoint}/sampling.safetensors");

    static GenerationSettings Settings(GoldenFile golden, string sampler, int steps) => new()
    {
        Prompt = golden.Metadata["prompt"], Guidance = double.Parse(golden.Metadata["guidance_scale"], CultureInfo.InvariantCulture),
        Sampler = sampler == "dpmpp" ? "dpm++" : sampler, Steps = steps,
    };

    // The golden (height, width, 3) in [0,1] may hold only every n-th pixel.
    static void CheckPicture(Tensor golden, GeneratedPicture picture, string what)
    {
        var all = tensor(picture.Rgb, [picture.Height, picture.Width, 3]);
        var rows = arange(0, picture.Height, picture.Height / golden.shape[0]);
        var columns = arange(0, picture.Width, picture.Width / golden.shape[1]);
        Close.Absolutely(golden * 255, all.index_select(0, rows).index_select(1, columns), GreyLevels, what);
    }
}
