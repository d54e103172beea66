using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Methods;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using ConceptExpress.Testing;
using TorchSharp;

namespace ConceptExpress.Evaluation.Tests.Running;

/// <summary>Runs that are stopped, at a size that takes a second or two: localization of three small pictures.</summary>
public sealed class EvaluationRunTests : IDisposable
{
    const int Side = 64;

    static readonly IReadOnlyList<EvaluationPicture> pictures = [.. Enumerable.Range(0, 3).Select(PlainPictures.Of)];

    readonly string root = Directory.CreateTempSubdirectory("evaluation-run").FullName;

    [Fact]
    public void ARunThatWasStopped_GoesOn_AndEndsAsOneThatWasNot()
    {
        var whole = new RecordedProgress();
        Run("whole", whole, workers: 2);
        Assert.Equal([(EvaluationRun.CopyPhase, 3), (EvaluationRun.Phase, 9)], Phases(whole));
        Assert.Equal(3 + 9, whole.All<Advanced>().Count);

        var left = 3 + 4;
        Assert.Throws<IOException>(() => Run("broken", new RecordedProgress
        {
            On = happened =>
            {
                if (happened is Advanced && --left == 0) throw new IOException("the power went");
            },
        }));
        Directory.CreateDirectory(Path.Combine(root, "broken", "items", ".unfinished-0123")); // as a killed process leaves it
        var rest = new RecordedProgress();
        Run("broken", rest);
        Assert.Equal([(EvaluationRun.CopyPhase, 3), (EvaluationRun.Phase, 5)], Phases(rest));
        Assert.Equal(3 + 5, rest.All<Advanced>().Count);
        Assert.Contains("4 of 9", Assert.Single(rest.All<Noted>()).Text);
        Assert.Equal(Files("whole"), Files("broken"));
        Assert.All(Files("whole").Where(file => file != Timings.FileName), file =>
            Assert.True(Bytes("whole", file).AsSpan().SequenceEqual(Bytes("broken", file)), $"{file} differs"));
        Assert.Contains("\"meanBestIoU\"", File.ReadAllText(Path.Combine(root, "whole", new JsonExporter().FileName)));
    }

    static IEnumerable<(string, int?)> Phases(RecordedProgress heard) =>
        heard.All<PhaseBegan>().Select(phase => (phase.Phase, phase.Steps));

    [Theory, InlineData(1), InlineData(3)]
    public void Pictures_AreNotHeldInMemory(int workers)
    {
        var data = new Counted();
        var described = SourcePicture.All(data, data.Count, 0, workers, stop: TestContext.Current.CancellationToken);
        Assert.Equal(data.Count, data.Reads);
        var results = Run("lazy", workers: workers, from: described);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.All(data.Given, given => Assert.False(given.IsAlive));
        Assert.Equal(Exporters.All.Select(exporter => exporter.Text(Run("held"))), Exporters.All.Select(exporter => exporter.Text(results)));
    }

    [Fact]
    public void APictureThatChangesWhileTheRunGoesOn_IsRefused()
    {
        var number = 0;
        var source = SourcePicture.Of(() => PlainPictures.Of(number++) with { Name = "a" });
        Assert.Contains("was changed", Assert.Throws<DataSetException>(() => source.Read()).Message);
    }

    /// <summary>Makes its pictures anew each time, and knows whether they are still in memory.</summary>
    sealed class Counted : EvaluationData
    {
        public List<WeakReference> Given { get; } = [];
        public int Reads => Given.Count;
        public override int Count => 3;

        public override EvaluationPicture Read(int index, int side)
        {
            var picture = PlainPictures.Of(index);
            lock (Given) Given.Add(new WeakReference(picture.Image));
            return picture;
        }
    }

    [Fact]
    public void WhatIsThere_NeedsNoCheckpoint()
    {
        var before = Run("out");
        var again = Run("out", lease: () => throw new InvalidOperationException("makes again"));
        Assert.All(Exporters.All, exporter => Assert.Equal(exporter.Text(before), exporter.Text(again)));
    }

    [Fact]
    public void MasksThatAreGiven_AreFoundAgain_UpToTheGrid()
    {
        var results = Run("given");
        var given = results.Methods.Single(method => method.Name == "given-masks");
        Assert.Equal(1, given.Metrics["exactCount"].Mean);
        Assert.True(given.Metrics["meanBestIoU"].Mean > 0.7, $"{given.Metrics["meanBestIoU"]}");
        var recall = results.Methods.Select(method => method.Metrics["recall50"].Mean).ToList();
        Assert.Equal(recall[1] - recall[0], results.Comparisons[0].Differences["recall50"].Mean, 1e-12);
    }

    /// <summary>The first worker that asks makes the pool load the checkpoint; it serves both runs, and lives on.</summary>
    [Fact]
    public void AModelThatIsLent_ComesBack_AndLivesOn()
    {
        StableDiffusion? pooled = null;
        var lent = 0;
        ModelLease Lend()
        {
            pooled ??= StableDiffusion.Load(TestFolders.Toybox);
            lent++;
            return new ModelLease(pooled, () => lent--);
        }
        var fresh = Run("fresh");
        foreach (var results in (EvaluationResults[])[Run("first", lease: Lend), Run("second", lease: Lend)])
            Assert.All(Exporters.All, exporter => Assert.Equal(exporter.Text(fresh), exporter.Text(results)));
        Assert.Equal(0, lent);
        pooled!.Dispose();
    }

    [Fact]
    public void AMethodThatNeedsMasks_IsRefused_WhereNoPictureHasAny()
    {
        EvaluationPicture[] bare = [.. pictures.Select(picture => picture with { Masks = [] })];
        Assert.Contains("given-masks", Assert.Throws<DataSetException>(() => Run("out", on: bare)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(root, "items", SearchOption.AllDirectories));

        var heard = new RecordedProgress();
        var results = Run("some", heard, on: [bare[0], pictures[1]]);
        Assert.Contains("1 of 2", Assert.Single(heard.All<Warned>()).Text);
        Assert.Equal([2, 2, 1], results.Methods.Select(method => method.Pictures.Count));
        Assert.All(Exporters.All, exporter => Assert.NotEmpty(exporter.Text(results)));
    }

    [Fact]
    public void TheOutputFolder_IsKnownAgain_AndNobodyElses()
    {
        Run("out");
        var folder = Path.Combine(root, "out");
        EvaluationFolder.Check(folder, Exporters.FileNames);
        EvaluationFolder.Check(Path.Combine(root, "new"), Exporters.FileNames);
        Assert.Throws<OutputOccupiedException>(() => EvaluationFolder.Check(folder, Exporters.FileNames, folder + "/items"));
        File.WriteAllText(Path.Combine(folder, "letter.txt"), "dear");
        var refused = Assert.Throws<OutputOccupiedException>(() => EvaluationFolder.Check(folder, Exporters.FileNames));
        Assert.Contains("letter.txt", refused.Message);
    }

    EvaluationResults Run(
        string folder, RecordedProgress? progress = null, int workers = 1, Func<ModelLease>? lease = null,
        IReadOnlyList<EvaluationPicture>? on = null, IReadOnlyList<SourcePicture>? from = null)
    {
        var methods = new[] { "paper", "express", "given-masks" }
            .Select(name => EvaluationMethod.Find(name)!.Planned(settings => settings with { Resolution = Side }));
        var plan = new EvaluationPlan { Methods = [.. methods], Seeds = [1], LocalizationOnly = true };
        var setup = new EvaluationSetup(plan.Validated(), from ?? [.. (on ?? pictures).Select(SourcePicture.Of)], [], new ComputingRecord("model", "fp32", "cpu", 1));
        var output = Path.Combine(root, folder);
        var timings = new Timings(output, Machine.Describe("cpu", 1));
        lease ??= () => ModelLease.Owning(StableDiffusion.Load(TestFolders.Toybox));
        var items = new EvaluationRun(setup, output).Execute(lease, workers, timings, progress, TestContext.Current.CancellationToken);
        var results = EvaluationResults.Of(setup, items);
        Exporters.Write(output, results);
        return results;
    }

    byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(root, folder, file));

    IEnumerable<string> Files(string folder) => Directory.GetFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Path.Combine(root, folder), file)).Order(StringComparer.Ordinal);

    public void Dispose()
    {
        torch.set_num_threads(2); // runs leave their own number
        Directory.Delete(root, recursive: true);
    }
}
