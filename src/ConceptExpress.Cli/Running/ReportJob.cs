using System.Text.Json;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Toyboxes;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Judging;

namespace ConceptExpress.Cli.Running;

/// <summary>A checkpoint of the toybox on its way to a report.</summary>
sealed record ReportJob(ToyboxReportSettings Settings, ComputeChoice Compute)
{
    /// <summary>A checkpoint's folder; null for the embedded one.</summary>
    public required string? Model { get; init; }

    /// <summary>The judge's folder; null for the embedded one.</summary>
    public required string? JudgeFolder { get; init; }

    /// <summary>A training whose curves are shown, or null.</summary>
    public required string? Training { get; init; }

    public required string Output { get; init; }
    public required bool Replace { get; init; }

    public void Run(Session session, bool json)
    {
        var display = session.NewDisplay();
        ToyboxReport? report = null;
        display.Run(() => TorchThread.Run(() => report = Work(display, session.Stop)));
        if (json) session.Output.WriteLine(JsonSerializer.Serialize(report, LibraryJson.Indented));
        else foreach (var (name, value) in ToyboxReportPage.Rows(report!)) session.Output.WriteLine($"{name}: {value}");
    }

    ToyboxReport Work(ProgressDisplay display, CancellationToken stop)
    {
        if (Training is not null && !Directory.Exists(Training)) throw new UsageException($"--training {Training} is not a folder; name one that toybox train wrote.");
        var (folder, device) = (ModelStore.Find(Model), Devices.Resolve(Compute.Device));
        using var judge = Judge.Load(JudgeFolder ?? ModelStore.FindCompanion("toybox-judge"), device);
        // A model for each thread on processors, where one operation cannot use several; one for all on CUDA.
        var workers = device.type == TorchSharp.DeviceType.CPU ? Compute.Threads : 1;
        var reporter = new ToyboxReporter(() => StableDiffusion.Load(folder, Compute.Precision, device), judge, workers, line => display.Begin(line, 0));
        var report = reporter.Run(Settings, stop);
        OutputFolder.Write(Output, Replace, folder => ToyboxReportPage.Write(folder, report, [.. reporter.Sheets, .. Training is null ? [] : TrainingLogs.Charts(Training)]));
        return report;
    }
}
