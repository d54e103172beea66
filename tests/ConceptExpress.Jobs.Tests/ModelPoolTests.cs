using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Extraction;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Jobs.Tests;

public sealed class ModelPoolTests : IDisposable
{
    const int Jobs = 20, SettledAfter = 3;
    const double AllowedGrowth = 1.05;

    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    [Fact]
    public void ManyJobs_ReadTheCheckpointOnce_AndHoldTheirMemory()
    {
        long settled = 0;
        for (var i = 1; i <= Jobs; i++)
        {
            Extraction($"out{i}").Work(new JobContext(pool));
            if (i == SettledAfter) settled = ResidentBytes();
        }
        Assert.Equal(1, pool.Loads);
        Assert.True(ResidentBytes() <= AllowedGrowth * settled,
            $"{ResidentBytes() >> 20} MiB after {Jobs} jobs, {settled >> 20} MiB after {SettledAfter}");
    }

    [Fact]
    public void ACancelledJob_DoesNotDisturbTheNext()
    {
        Extraction("first").Work(new JobContext(pool));
        using var stop = new CancellationTokenSource();
        var listener = new Listener(value =>
        {
            if (value is OptimizerStepDone) stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Extraction("cancelled").Work(new JobContext(pool, listener, stop.Token)));
        Assert.False(File.Exists(temp["cancelled/concepts.json"]));
        Extraction("next").Work(new JobContext(pool));
        Assert.Equal(Words("first"), Words("next"));
        Assert.Equal(1, pool.Loads);
    }

    [Fact]
    public async Task JobsAskedAtOnce_AreDoneOneAfterTheOther_AndLeaveWhatEachLeavesAlone()
    {
        var (running, most) = (0, 0);
        Listener Counting() => new(value =>
        {
            if (value is PhaseBegan { Phase: ModelPool.LoadPhase }) most = Math.Max(most, Interlocked.Increment(ref running));
            if (value is Produced) Interlocked.Decrement(ref running);
        });
        await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(i =>
            Task.Run(() => Extraction($"at-once{i}").Work(new JobContext(pool, Counting())), TestContext.Current.CancellationToken)));
        Assert.Equal(1, most);
        Assert.All(Enumerable.Range(1, 3), i => Assert.Equal(Words("at-once0"), Words($"at-once{i}")));
    }

    [Fact]
    public async Task AJobThatWaits_IsCancelledWithoutWaitingForTheOther()
    {
        var always = TestContext.Current.CancellationToken;
        using var stop = new CancellationTokenSource();
        using ManualResetEventSlim begun = new(), go = new();
        var first = Task.Run(() => pool.Use(null, new ComputeSettings(), new JobContext(pool), _ =>
        {
            begun.Set();
            go.Wait(always);
            return 1;
        }), always);
        begun.Wait(always);
        var second = Task.Run(() => pool.Use(null, new ComputeSettings(), new JobContext(pool, null, stop.Token), _ => 2), always);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        go.Set();
        Assert.Equal(1, await first);
    }

    [Fact]
    public void ACheckpointThatCannotBeRead_IsForgotten_AndTriedAgain()
    {
        Directory.CreateDirectory(temp["empty"]);
        for (var i = 0; i < 2; i++)
            Assert.Throws<CheckpointException>(
                () => pool.Use(new FolderModel(temp["empty"]), new ComputeSettings(), new JobContext(pool), _ => 0));
        Assert.Equal(2, pool.Loads);
        Assert.Equal(3, pool.Use(null, new ComputeSettings(), new JobContext(pool), _ => 3));
    }

    [Fact]
    public void AnotherPrecision_IsAnotherCheckpoint_ForWhichTheFirstMakesRoom()
    {
        foreach (var precision in new[] { ComputePrecision.Fp32, ComputePrecision.Bf16, ComputePrecision.Fp32 })
            pool.Use(null, new ComputeSettings { Precision = precision }, new JobContext(pool), _ => 0);
        Assert.Equal(3, pool.Loads);
    }

    /// <summary>As a server has it: it offers what it has, and follows no path.</summary>
    sealed class OneModel : IModelStore
    {
        public string Find(ModelReference model) =>
            model is EmbeddedModel embedded ? EmbeddedModels.Find(embedded.Name) : throw new CheckpointException("not offered here");

        public string FindRecorded(ModelReference model) => Find(model);
    }

    [Fact]
    public void APool_FindsOnlyWhatItsStoreHas()
    {
        using var served = new ModelPool(store: new OneModel());
        Assert.Equal(1, served.Use(null, new ComputeSettings(), new JobContext(served), _ => 1));
        Assert.Throws<CheckpointException>(
            () => served.Use(new FolderModel(TestFolders.Toybox), new ComputeSettings(), new JobContext(served), _ => 1));
    }

    [Fact]
    public void AFolderThatAResultNames_IsUsedOnlyIfItHoldsThatCheckpoint()
    {
        var (compute, folder) = (new ComputeSettings(), TestFolders.Toybox);
        var hash = pool.Use(new FolderModel(folder), compute, new JobContext(pool), loaded => loaded.Record.Hash);
        Assert.Equal(1, pool.UseRecorded(new ModelRecord("toybox", folder, hash, "fp32"), compute, new JobContext(pool), _ => 1));
        var refused =
            Assert.Throws<CheckpointException>(
            () => pool.UseRecorded(new ModelRecord("toybox", folder, "sha256:other", "fp32"), compute, new JobContext(pool), _ => 1));
        Assert.Contains("holds another checkpoint", refused.Message);
    }

    [Fact]
    public void ACheckpointReadInAnotherWay_IsAnother_AndAResultTellsHow()
    {
        var (compute, folder) = (new ComputeSettings(), TestFolders.Toybox);
        var model = new FolderModel(folder) { Options = new CheckpointOptions { Prediction = PredictionType.Noise, Vae = folder } };
        var record = pool.Use(model, compute, new JobContext(pool), loaded => loaded.Record);
        var plain = pool.Use(new FolderModel(folder), compute, new JobContext(pool), loaded => loaded.Record);
        Assert.Equal(2, pool.Loads);
        Assert.Null(plain.Options);
        Assert.Equal(model.Options, record.Options);
        Assert.NotEqual(plain.Hash, record.Hash);
        var back = JsonSerializer.Deserialize<ModelRecord>(JsonSerializer.Serialize(record, LibraryJson.Indented), LibraryJson.Indented)!;
        Assert.Equal(PredictionType.Noise,
            pool.UseRecorded(back, compute, new JobContext(pool), loaded => loaded.Model.Schedule.PredictionType));
        Assert.DoesNotContain("options", JsonSerializer.Serialize(plain, LibraryJson.Indented), StringComparison.Ordinal);
    }

    [Fact]
    public void APartThatAResultNames_IsNotLookedForOnANetwork()
    {
        var record = new ModelRecord("toybox", TestFolders.Toybox, "sha256:0", "fp32")
        {
            Options = new CheckpointOptions { Vae = "//somewhere/vae" },
        };
        Assert.Contains("//somewhere/vae", Assert.Throws<CheckpointException>(
            () => pool.UseRecorded(record, new ComputeSettings(), new JobContext(pool), _ => 1)).Message);
    }

    [Fact]
    public void APool_AsksItsStoreForPartsToo()
    {
        using var served = new ModelPool(store: new OneModel());
        var model = ModelReference.Embedded with { Options = new CheckpointOptions { Tokenizer = TestFolders.Toybox } };
        Assert.Throws<CheckpointException>(() => served.Use(model, new ComputeSettings(), new JobContext(served), _ => 1));
    }

    [Fact]
    public void AnUnknownDevice_IsRefused() =>
        Assert.Contains("device",
            Assert.Throws<SettingsException>(
            () => pool.Use(null, new ComputeSettings { Device = "tpu" }, new JobContext(pool), _ => 0)).Message);

    ExtractionRequest Extraction(string output) => new()
    {
        Picture = Path.Combine(TestFolders.Repository, "samples", "toybox-01.png"),
        Output = temp[output],
        Previews = new PreviewSettings { Count = 0 },
        Settings = ExtractionSettings.Paper with
        {
            Resolution = 64,
            Learning = ExtractionSettings.Paper.Learning.WithPasses(2) with { SplitTokens = 1 }
        },
        Compute = new ComputeSettings { Threads = 1 },
    };

    float[] Words(string folder) =>
        [.. ConceptFolder.Open(temp[folder]).Words.SelectMany(word => word.Vectors).SelectMany(vector => vector)];

    static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }
}
