using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Toybox.Tests.Training;

/// <summary>A training that is broken off anywhere and goes on ends with the same bytes.</summary>
public sealed class ResumeTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("toybox-training-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory, InlineData(1), InlineData(2)]
    public void Training_InterruptedAnywhere_EndsWithTheSameBytes(int workers)
    {
        var (whole, broken) = (Options("whole", workers), Options("broken", workers));
        Assert.True(Train(whole));
        var times = 0;
        foreach (var step in (int[])[3, 7, 13])
        {
            // As kill -9: what was not saved is lost, and nothing more is written.
            Assert.Throws<Killed>(() => Train(broken, new Interrupter { KillAfter = step }));
            times++;
        }
        Assert.True(Train(broken));
        Assert.Equal(3, times);
        foreach (var stage in ToyboxTraining.Stages)
            Assert.Equal(File.ReadAllLines(Path.Combine(whole.Output, $"{stage}.csv")), File.ReadAllLines(Path.Combine(broken.Output, $"{stage}.csv")));
        Assert.All(Weights(whole.Output), file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("whole", "broken"))));
    }

    [Fact]
    public void AnotherSeed_GivesOtherWeights()
    {
        var (one, other) = (Options("whole", 1) with { Steps = 3, Stage = "vae" }, Options("other", 1) with { Steps = 3, Stage = "vae", Seed = 1 });
        Train(one);
        Train(other);
        var file = Weights(one.Output).First(path => path.Contains("vae"));
        Assert.NotEqual(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("whole", "other")));
    }

    [Fact]
    public void Cancelling_SavesTheState()
    {
        var options = Options("whole", 1) with { Stage = "vae", SaveEvery = TimeSpan.FromHours(1) };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ToyboxTraining.Run(options, new Interrupter { OnStep = step => { if (step == 5) stop.Cancel(); } }, stop.Token));
        Assert.True(ToyboxTraining.HasState(options.Output));
        var first = 0L;
        Train(options, new Interrupter { OnStep = step => first = first == 0 ? step : first });
        Assert.Equal(6, first);
    }

    [Fact]
    public void WarmRestart_BeginsWithTheCheckpointsWeights()
    {
        var first = Options("whole", 1) with { Steps = 20 };
        Train(first);
        var checkpoint = Path.Combine(first.Output, ToyboxTraining.CheckpointFolder);
        var losses = new List<double>();
        var again = Options("again", 1) with { Steps = 1, Stage = "vae", From = checkpoint };
        Train(again, new Interrupter { OnLoss = losses.Add });
        var fresh = new List<double>();
        Train(Options("fresh", 1) with { Steps = 1, Stage = "vae" }, new Interrupter { OnLoss = fresh.Add });
        Assert.True(losses[0] < 0.9 * fresh[0], $"{losses[0]} against {fresh[0]}");
    }

    [Fact]
    public void WarmRestartOfOneStage_TakesTheAutoencoder_AndItsScale()
    {
        var first = Options("whole", 1) with { Steps = 3 };
        Train(first);
        var checkpoint = Path.Combine(first.Output, ToyboxTraining.CheckpointFolder);
        var again = Options("again", 1) with { Steps = 1, Stage = "diffusion", From = checkpoint };
        Train(again);
        Assert.All(Directory.EnumerateFiles(Path.Combine(checkpoint, "vae")), file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("whole", "again"))));
    }

    [Fact]
    public void Diffusion_LearnsFromAsManyScenes_OfTheFullSizeAlone()
    {
        var options = Options("whole", 1) with { Steps = 3 };
        Train(options with { Stage = "vae" });
        Train(options with { Stage = "diffusion", Diffusion = new DiffusionOptions { BatchSize = 3, Scenes = 5, SmallShare = 0 } });
        using var latents = SafeTensorsFile.Open(Assert.Single(Directory.EnumerateFiles(options.Output, "latents-*")));
        Assert.Equal(5, latents.Read("latents").shape[0]);
    }

    static bool Train(TrainingOptions options, Interrupter? interrupter = null) =>
        ToyboxTraining.Run(options, interrupter ?? new Interrupter(), TestContext.Current.CancellationToken);

    static IEnumerable<string> Weights(string folder) => Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Order();

    TrainingOptions Options(string name, int workers) => new()
    {
        Output = Directory.CreateDirectory(Path.Combine(root, name)).FullName, Architecture = "tiny", Steps = 20, Workers = workers,
        Precision = ComputePrecision.Fp32, SaveEvery = TimeSpan.Zero,
    };

    sealed class Killed : Exception;

    sealed class Interrupter : ITrainingWatcher
    {
        int steps;

        public int? KillAfter { get; init; }
        public Action<long>? OnStep { get; init; }
        public Action<double>? OnLoss { get; init; }

        public void Begin(string stage, long stepsLeft) { }

        public void Step(TrainingProgress progress)
        {
            OnStep?.Invoke(progress.Done);
            OnLoss?.Invoke(progress.Figures["loss"]);
            if (++steps == KillAfter) throw new Killed();
        }

        public void Say(string line) { }

        public void Saved(string stage, long step, string checkpoint) { }
    }
}
