using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Hub;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Cli.Tests.Models;

/// <summary>
/// From an empty folder to an extraction with a checkpoint of Stable Diffusion 1.5's shapes: 2.1 GB of random fp16 weights.
/// </summary>
public sealed class TrueShapesTests : IDisposable
{
    const string Wanted = "CONCEPTEXPRESS_TRUE_SHAPES";

    static readonly UnetConfig Unet = new()
    {
        SampleSize = 64,
        BlockOutChannels = [320, 640, 1280, 1280],
        AttentionHeads = [8, 8, 8, 8],
        CrossAttentionDim = [768],
    };

    static readonly VaeConfig Vae = new()
    {
        BlockOutChannels = [128, 256, 512, 512],
        LayersPerBlock = 2,
        DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
        UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
    };

    static readonly ClipTextConfig Text = new() { HiddenSize = 768, IntermediateSize = 3072, Heads = 12, Layers = 12 };

    readonly LocalHubFixture local = new();

    public void Dispose() => local.Dispose();

    [Fact]
    public void ACheckpointOfTrueShapes_IsPulledVerifiedAndUsed()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Wanted) == "1",
            $"it takes minutes, 5 GB of disk and 5 GB of memory; set {Wanted}=1");
        var clock = Stopwatch.StartNew();
        WriteCheckpoint(local["source"]);
        local.Hub.AddFolder(local["source"]);
        Assert.True(local.Hub.Files.Values.Sum(file => file.Length) > 2_000_000_000);
        Tell("written");
        var cuts = 0; // of the UNet's download
        local.Hub.Misbehave = async (context, file) =>
            file.Path.StartsWith("unet/diff", StringComparison.Ordinal) && cuts++ < 5 && await LocalHub.Cut(context, file, 150_000_000);
        Run("models", "pull", LocalHub.Repository);
        Tell("pulled");
        Run("models", "verify", LocalHub.Repository);
        Tell("verified");
        Run("extract", Cli.Sample, "--output", local["out"], "--model", LocalHub.Repository, "--steps", "1", "--merge-step", "1",
            "--split-tokens", "2", "--max-concepts", "2", "--previews", "0", "--resolution", "128", "--threads", "2", "--precision", "bf16",
            "--preset", "paper");
        Tell("extracted");
        Assert.StartsWith($"hub:{LocalHub.Repository}@", ConceptFolder.ReadManifest(local["out"]).Model!.Path, StringComparison.Ordinal);

        void Tell(string what) => TestContext.Current.TestOutputHelper!.WriteLine(
            $"{what} after {clock.Elapsed.TotalSeconds:0} s, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e9:0.0} GB");
    }

    static void Run(params string[] args)
    {
        var outcome = Cli.Run(args);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
    }

    static void WriteCheckpoint(string folder)
    {
        Write(folder, "unet", "diffusion_pytorch_model.safetensors", Unet, () => new UNet2DConditionModel(Unet));
        Write(folder, "vae", "diffusion_pytorch_model.safetensors", Vae, () => new AutoencoderKL(Vae));
        Write(folder, "text_encoder", "model.safetensors", Text, () => new ClipTextModel(Text));
        foreach (var file in Directory.GetFiles(Path.Combine(TestFolders.Toybox, "tokenizer")))
            WriteText(folder, $"tokenizer/{Path.GetFileName(file)}", File.ReadAllText(file));
        var tokenizer = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer", "tokenizer_config.json")))!;
        tokenizer["model_max_length"] = 77;
        WriteText(folder, "tokenizer/tokenizer_config.json", tokenizer.ToJsonString());
        WriteText(folder, "scheduler/scheduler_config.json",
            """{"beta_schedule":"scaled_linear","beta_start":0.00085,"beta_end":0.012,"steps_offset":1,"set_alpha_to_one":false}""");
        WriteText(folder, "model_index.json", """{"_class_name":"StableDiffusionPipeline"}""");
    }

    static void Write<T>(string folder, string part, string file, T config, Func<nn.Module> create)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, part);
        WriteText(folder, $"{part}/config.json", JsonSerializer.Serialize(config));
        using (Placement.Use(ScalarType.Float16, CPU))
        using (var module = create())
            SafeTensorsWriter.Write(Path.Combine(folder, part, file),
                [.. module.state_dict().Select(entry => (entry.Key, Random(entry.Key, entry.Value.shape, random)))]);
    }

    // Norms have weight 1; the other weights keep the scale of their input, so that values neither overflow nor vanish.
    static Tensor Random(string name, long[] shape, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var isScale = name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal);
        var values = shape.Length == 1 ? isScale ? ones(shape) : zeros(shape)
            : random.Normal(shape, CPU) / Math.Sqrt(shape.Skip(1).Aggregate(1L, (a, b) => a * b));
        return values.to(float16).MoveToOuterDisposeScope();
    }

    static void WriteText(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
