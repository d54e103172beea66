using ConceptExpress.Diffusion;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Evaluation;
using ConceptExpress.Toybox.Judging;
using TorchSharp;

namespace ConceptExpress.Jobs;

/// <summary>Measure a checkpoint of the toybox.</summary>
public sealed record ReportRequest : FolderRequest<ToyboxReport>
{
    public ToyboxReportSettings Settings { get; init; } = new();

    /// <summary>The checkpoint; null for the embedded one.</summary>
    public ModelReference? Model { get; init; }

    /// <summary>The judge's folder; null for the embedded one.</summary>
    public string? Judge { get; init; }

    /// <summary>A folder of a training whose loss curves the page shall show; null for none.</summary>
    public string? Training { get; init; }

    public ComputeSettings Compute { get; init; } = new();

    /// <inheritdoc/>
    public override ToyboxReport Work(JobContext context)
    {
        Settings.Validated();
        SettingsCheck.Rule(Training is null || Directory.Exists(Training), $"training {Training} is not a folder; name one that a training wrote.");
        var output = Folder(ToyboxReportPage.Output);
        output.Check(FolderOf(Model), Judge, Training);
        // A model for each thread on processors, where one operation cannot use several; one for all on CUDA.
        var workers = Devices.Resolve(Compute.Device).type == DeviceType.CPU ? Compute.ThreadCount : 1;
        return context.Models.Use(Model, Compute with { Threads = Math.Max(1, Compute.ThreadCount / workers) }, context, loaded =>
        {
            using var judge = Toybox.Judging.Judge.Load(Judge ?? EmbeddedModels.Find("toybox-judge"), loaded.Model.Device);
            var (report, sheets) = new ToyboxReporter(loaded.Leases(), judge, workers, context).Run(Settings, context.Stop);
            output.Write(folder => ToyboxReportPage.Write(folder, report, [.. sheets, .. Training is null ? [] : TrainingLogs.Charts(Training)]));
            context.Report(new Produced(output.Path));
            return report;
        });
    }
}
