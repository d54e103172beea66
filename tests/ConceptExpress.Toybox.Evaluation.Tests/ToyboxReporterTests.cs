using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Training;
using TorchSharp;

namespace ConceptExpress.Toybox.Evaluation.Tests;

/// <summary>The whole report at its smallest: a tiny checkpoint that was trained for a step, two of everything.</summary>
public sealed class ToyboxReporterTests : IDisposable
{
    static readonly ToyboxReportSettings Few = new() { Captions = 2, Steps = 2, Renderings = 2, Localized = 2, Extracted = 1 };

    readonly string root = Directory.CreateTempSubdirectory("toybox-report").FullName;
    readonly Judge judge = Judge.Load(TestFolders.ToyboxJudge);

    [Fact]
    public void AReport_HasEveryPart_AndIsTheSameAgain()
    {
        Train();
        torch.set_num_threads(1); // which several workers have each
        var heard = new RecordedProgress();
        var (report, sheets) = Report(Few, workers: 1, heard);
        Assert.StartsWith("sha256:", report.ModelHash);
        Assert.Equal((2, 2, 2), (report.JudgeOnWholes!.Count, report.JudgeOnParts!.Count, report.Autoencoder!.Count));
        Assert.Equal((2, 2), (report.SingleToy!.Count, report.TwoToys!.Count));
        Assert.Equal(["paper", "express"], report.Localization!.Keys);
        Assert.NotNull(report.Extraction);
        Assert.True(double.IsFinite(report.Autoencoder.Psnr));
        Assert.True(report.JudgeOnWholes.All > 0.4); // of renderings, whatever the checkpoint
        Assert.Equal(4, sheets.Count);
        Assert.Equal([4, 2, 2], sheets.Take(3).Select(sheet => sheet.Pictures.Count));
        Assert.Equal(heard.All<PhaseBegan>().Sum(phase => phase.Steps ?? 0), heard.All<Advanced>().Count);

        var again = Report(Few, workers: 2).Report;
        Assert.Equal(JsonSerializer.Serialize(report, LibraryJson.Indented), JsonSerializer.Serialize(again, LibraryJson.Indented));
    }

    [Fact]
    public void PartsThatAreNotAskedFor_AreLeftOut()
    {
        Train();
        var (report, sheets) = Report(new ToyboxReportSettings { Captions = 0, Renderings = 0, Localized = 1, Extracted = 0 });
        Assert.Empty(sheets);
        Assert.Equal(["localization, paper", "localization, express"], ToyboxReportPage.Rows(report).Select(row => row.Name));
    }

    [Fact]
    public void StepsThatTheScheduleHasNot_AreRefusedBeforeAnyWork()
    {
        Train();
        Assert.Throws<SettingsException>(() => new ToyboxReportSettings { Captions = -1 }.Validated());
        var heard = new RecordedProgress();
        Assert.Throws<SettingsException>(() => Report(Few with { Steps = 1001 }, progress: heard));
        Assert.Empty(heard.Events);
    }

    [Fact]
    public void TheFiles_HoldTheReport_AndAreKnownAgain()
    {
        Train();
        var (report, sheets) = Report(new ToyboxReportSettings { Captions = 0, Renderings = 1, Localized = 0, Extracted = 0 });
        var folder = new OutputFolder(Path.Combine(root, "out"), ToyboxReportPage.Output, replace: true);
        for (var times = 0; times < 2; times++)
            folder.Write(path => ToyboxReportPage.Write(path, report, [.. sheets, .. TrainingLogs.Charts(root)]));
        Assert.Equal(["toybox-report.html", "toybox-report.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        var json = File.ReadAllText(Path.Combine(folder.Path, ToyboxReportPage.JsonFile));
        var read = JsonSerializer.Deserialize<ToyboxReport>(json, LibraryJson.Indented)!;
        Assert.Equal((report.ModelHash, report.Autoencoder), (read.ModelHash, read.Autoencoder));
        var page = File.ReadAllText(Path.Combine(folder.Path, ToyboxReportPage.PageFile));
        Assert.Contains("Training of vae", page);
        Assert.DoesNotContain("http", page);

        File.WriteAllText(Path.Combine(folder.Path, ToyboxReportPage.JsonFile), "{}"); // somebody else's
        Assert.Throws<OutputOccupiedException>(() => folder.Write(_ => { }));
    }

    (ToyboxReport Report, IReadOnlyList<PictureSheet> Sheets) Report(
        ToyboxReportSettings settings, int workers = 1, IProgress<ProgressEvent>? progress = null)
    {
        ModelLease Load() => ModelLease.Owning(StableDiffusion.Load(Path.Combine(root, ToyboxTraining.CheckpointFolder)));
        return new ToyboxReporter(Load, judge, workers, progress).Run(settings, TestContext.Current.CancellationToken);
    }

    void Train()
    {
        foreach (var stage in (string[])["vae", "diffusion"])
            ToyboxTraining.Run(new TrainingOptions
            {
                Output = root,
                Architecture = "tiny",
                Stage = stage,
                Steps = 1,
                Precision = ComputePrecision.Fp32,
            }, new RecordedProgress(), TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        torch.set_num_threads(2);
        judge.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
