using ConceptExpress.Diffusion;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Evaluation;
using ConceptExpress.Toybox.Judging;
using TorchSharp;

namespace ConceptExpress.Jobs;

/// <summary>Measures the quality of a Toybox checkpoint, and writes a page with the results.</summary>
sealed record ReportRequest : FolderRequest<ToyboxReport>
{
    /// <summary>What is measured, and how much.</summary>
    public ToyboxReportSettings Settings { get; init; } = new();

    /// <summary>The checkpoint; null for the embedded one.</summary>
    public ModelReference? Model { get; init; }

    /// <summary>Path of the judge's folder; null for the embedded judge.</summary>
    public string? Judge { get; init; }

    /// <summary>Path of a training's folder whose loss curves are added to the page; null for no curves.</summary>
    public string? Training { get; init; }

    /// <summary>Where and how to compute.</summary>
    public ComputeSettings Compute { get; init; } = new();

    /// <inheritdoc/>
    public override ToyboxReport Work(JobContext context) => Observed(context, Perform);

    ToyboxReport Perform(JobContext context)
    {
        Settings.Validated();
        SettingsCheck.Rule(Training is null || Directory.Exists(Training),
            $"training {Training} is not a folder; name the output folder of a training.");
        var output = Folder(ToyboxReportPage.Output);
        output.Check(FolderOf(Model), Judge, Training);
        // On the CPU, one model per thread, because one operation cannot use several threads well. On CUDA, one model.
        var workers = Devices.Resolve(Compute.Device).type == DeviceType.CPU ? Compute.ThreadCount : 1;
        return context.Models.Use(Model, Compute with { Threads = Math.Max(1, Compute.ThreadCount / workers) }, context, loaded =>
        {
            using var judge = Toybox.Judging.Judge.Load(Judge ?? EmbeddedModels.Find("toybox-judge"), loaded.Model.Device);
            var (report, sheets) = new ToyboxReporter(loaded.Leases(), judge, workers, context).Run(Settings, context.Stop);
            output.Write(
                folder => ToyboxReportPage.Write(folder, report, [.. sheets, .. Training is null ? [] : TrainingLogs.Charts(Training)]));
            context.Report(new Produced(output.Path));
            return report;
        });
    }
}
