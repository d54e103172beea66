using System.Diagnostics;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Hub;

namespace ConceptExpress.Cli.Tests.Models;

/// <summary>
/// From an empty folder to an extraction with a checkpoint of Stable Diffusion 1.5's shapes: 2.1 GB of random fp16 weights.
/// </summary>
public sealed class TrueShapesTests : IDisposable
{
    const string Wanted = "CONCEPTEXPRESS_TRUE_SHAPES";

    readonly LocalHubFixture local = new();

    public void Dispose() => local.Dispose();

    [Fact]
    public void ACheckpointOfTrueShapes_IsPulledVerifiedAndUsed()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Wanted) == "1",
            $"it takes minutes, 5 GB of disk and 5 GB of memory; set {Wanted}=1");
        var clock = Stopwatch.StartNew();
        TrueCheckpoint.Write(local["source"], second: false);
        File.WriteAllText(local["source/model_index.json"], """{"_class_name":"StableDiffusionPipeline"}""");
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
}
