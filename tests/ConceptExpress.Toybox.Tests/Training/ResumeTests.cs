using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
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
            Assert.Throws<Killed>(() => Train(broken, KillAfter(step)));
            times++;
        }
        Assert.True(Train(broken));
        Assert.Equal(3, times);
        foreach (var stage in ToyboxTraining.Stages)
            Assert.Equal(File.ReadAllLines(Path.Combine(whole.Output, $"{stage}.csv")),
                File.ReadAllLines(Path.Combine(broken.Output, $"{stage}.csv")));
        Assert.All(Weights(whole.Output),
            file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("whole", "broken"))));
        DiffusersRules.Hold(Path.Combine(broken.Output, ToyboxTraining.CheckpointFolder));
    }

    [Fact]
    public void AnotherSeed_GivesOtherWeights()
    {
        var (one, other) = (Options("whole", 1) with { Steps = 3, Stage = "vae" },
            Options("other", 1) with { Steps = 3, Stage = "vae", Seed = 1 });
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
        Assert.Throws<OperationCanceledException>(() => ToyboxTraining.Run(options, OnSteps(step =>
        {
            if (step.Done == 5) stop.Cancel();
        }), stop.Token));
        Assert.True(ToyboxTraining.HasState(options.Output));
        var first = 0L;
        Train(options, OnSteps(step => first = first == 0 ? step.Done : first));
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
        Train(again, OnSteps(step => losses.Add(step.Figures["loss"])));
        var fresh = new List<double>();
        Train(Options("fresh", 1) with { Steps = 1, Stage = "vae" }, OnSteps(step => fresh.Add(step.Figures["loss"])));
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
        Assert.All(Directory.EnumerateFiles(Path.Combine(checkpoint, "vae")),
            file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("whole", "again"))));
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

    [Fact]
    public void Progress_TellsEveryStageAndStep_AndWhereCheckpointsAre()
    {
        var (options, heard) = (Options("whole", 1) with { Steps = 3 }, new RecordedProgress());
        Assert.True(Train(options, heard));
        Assert.Equal(ToyboxTraining.Stages.Select(stage => new PhaseBegan($"train {stage}", 3)), heard.All<PhaseBegan>());
        Assert.Equal(ToyboxTraining.Stages.SelectMany(stage => new[] { (stage, 1L, 3L), (stage, 2, 3), (stage, 3, 3) }),
            heard.All<TrainingProgress>().Select(step => (step.Stage, step.Done, step.Steps)));
        Assert.All(heard.All<TrainingProgress>(), step => Assert.True(double.IsFinite(step.Figures["loss"])));
        Assert.All(ToyboxTraining.Stages, stage => Assert.Equal(3, heard.All<CheckpointSaved>().Last(saved => saved.Stage == stage).Step));
        Assert.All(heard.All<CheckpointSaved>(), saved => Assert.True(Directory.Exists(saved.Checkpoint)));
        var again = new RecordedProgress();
        Assert.True(Train(options, again));
        Assert.Empty(again.Events); // what is done is passed over
    }

    [Fact]
    public void ALimitOfTime_SavesTheState_AndTellsThatStepsAreLeft()
    {
        var options = Options("whole", 1) with { Stage = "vae", Limit = TimeSpan.Zero };
        Assert.False(Train(options));
        Assert.True(ToyboxTraining.HasState(options.Output));
        Assert.True(Train(options with { Limit = null }));
    }

    static bool Train(TrainingOptions options, IProgress<ProgressEvent>? progress = null) =>
        ToyboxTraining.Run(options, progress ?? new RecordedProgress(), TestContext.Current.CancellationToken);

    static IEnumerable<string> Weights(string folder) =>
        Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Order();

    TrainingOptions Options(string name, int workers) => new()
    {
        Output = Directory.CreateDirectory(Path.Combine(root, name)).FullName,
        Architecture = "tiny",
        Steps = 20,
        Workers = workers,
        Precision = ComputePrecision.Fp32,
        SaveEvery = TimeSpan.Zero,
    };

    sealed class Killed : Exception;

    /// <summary>Sees every step of every stage.</summary>
    static RecordedProgress OnSteps(Action<TrainingProgress> see) => new()
    {
        On = happened =>
        {
            if (happened is TrainingProgress step) see(step);
        },
    };

    static RecordedProgress KillAfter(int steps)
    {
        var left = steps;
        return OnSteps(_ =>
        {
            if (--left == 0) throw new Killed();
        });
    }
}
