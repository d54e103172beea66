using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Evaluation;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs;

/// <summary>Compare methods on pictures whose truth is known. The output folder grows result by result, and a later request goes on with it.</summary>
public sealed record EvaluationRequest : JobRequest<EvaluationResult>
{
    const long SmallCheckpoint = 1L << 30; // bytes of weights of which every worker can have its own
    const string EmbeddedClip = "toybox-clip", EmbeddedJudge = "toybox-judge";

    /// <summary>What is done with every picture.</summary>
    public required EvaluationPlan Plan { get; init; }

    /// <summary>A folder of folders, or <c>toybox:N</c>.</summary>
    public required string Data { get; init; }

    /// <summary>What becomes of the camera's orientation in pictures on disk.</summary>
    public Exif Exif { get; init; } = Exif.Apply;

    /// <summary>Take the first so many pictures only; null for all.</summary>
    [Range(1, 100_000)]
    public int? Limit { get; init; }

    /// <summary>The checkpoint; null for the embedded one.</summary>
    public ModelReference? Model { get; init; }

    public ComputeSettings Compute { get; init; } = new();

    /// <summary>Pictures worked on at once, each with its share of the threads; null for one per thread where the checkpoint is small, else 1.</summary>
    [Range(1, 256)]
    public int? Workers { get; init; }

    /// <summary>A CLIP's folder; null for the embedded one, which looks at toys only.</summary>
    public string? Clip { get; init; }

    /// <summary>A DINO's or DINOv2's folder; null for none.</summary>
    public string? Dino { get; init; }

    /// <summary>A judge of toys; null for the embedded one.</summary>
    public string? Judge { get; init; }

    /// <summary>How encoders are shown the true things; null for what suits each.</summary>
    public SourceForm? Sources { get; init; }

    /// <inheritdoc/>
    public override EvaluationResult Work(JobContext context)
    {
        SettingsCheck.Require(this);
        Plan.Validated();
        var data = ToyboxData.Open(Data, Exif);
        EvaluationFolder.Check(Output, Exporters.FileNames, Path.Exists(Data) ? Data : null, FolderOf(Model), Clip, Dino, Judge);
        if (data.PassedOver > 0) context.Report(new Noted($"{data.PassedOver} of the folders in {Data} hold no img.png, img.jpg or img.jpeg, and are passed over."));
        var workers = Workers ?? (Devices.Resolve(Compute.Device).type == DeviceType.CPU && WeightsOf(context.Models.FolderOf(Model)) <= SmallCheckpoint ? Compute.ThreadCount : 1);
        var each = Compute with { Threads = Math.Max(1, Compute.ThreadCount / workers) };
        try
        {
            return context.Models.Use(Model, each, context, loaded => Evaluate(loaded, data, workers, context));
        }
        catch (OperationCanceledException)
        {
            throw new ResumableException($"cancelled; what is done stays in {Output}, and the same request goes on from there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Output} cannot be written ({e.Message.TrimEnd('.')}); make room, and the same request goes on.", e);
        }
    }

    EvaluationResult Evaluate(LoadedModel loaded, EvaluationData data, int workers, JobContext context)
    {
        var plan = Plan.ValidatedFor(loaded.Model);
        var side = plan.Methods[0].Settings.Resolution!.Value;
        var pictures = Enumerable.Range(0, Math.Min(data.Count, Limit ?? int.MaxValue)).Select(i => data.Read(i, side)).ToList();
        var viewers = OpenViewers(plan, pictures, loaded.Model.Device, context);
        try
        {
            var computing = new ComputingRecord(
                loaded.Record.Hash, Compute.PrecisionWord, loaded.Model.Device.type.ToString().ToLowerInvariant(), loaded.Compute.ThreadCount);
            var setup = new EvaluationSetup(plan, pictures, viewers, computing);
            using var alone = FolderLock.Take(Output);
            var timings = new Timings(Output, loaded.Machine with { Threads = Compute.ThreadCount });
            var items = new EvaluationRun(setup, Output).Execute(loaded.Leases(), workers, timings, context, context.Stop);
            var results = EvaluationResults.Of(setup, items);
            Exporters.Write(Output, results);
            context.Report(new Produced(RealPath.Of(Output)));
            return new EvaluationResult(RealPath.Of(Output), results);
        }
        finally
        {
            foreach (var viewer in viewers) viewer.Dispose();
        }
    }

    /// <summary>Those that are named, or that come along; says in one line which are missing, so that their figures are left out.</summary>
    List<IViewer> OpenViewers(EvaluationPlan plan, List<EvaluationPicture> pictures, Device device, JobContext context)
    {
        if (plan.LocalizationOnly) return [];
        var (embedded, toys) = (Companion(EmbeddedClip), pictures.Any(JudgeViewer.ShowsToys));
        // The embedded CLIP knows toys and nothing else, so that it looks at no other data.
        var (clip, judge) = (Clip ?? (toys ? embedded : null), Judge ?? Companion(EmbeddedJudge));
        IViewer Encoder(string name, string folder)
        {
            // It was trained on things cut out, and tells things in the published form hardly apart (docs/benchmarks.md).
            var usual = embedded is not null && ContentHash.OfFolder(folder) == ContentHash.OfFolder(embedded) ? SourceForm.CutOut : SourceForm.Masked;
            return EncoderViewer.Load(name, folder, Sources ?? usual, device);
        }
        string[] missing = [.. new[] { (clip, "CLIP"), (Dino, "DINO"), (judge, "judge") }.Where(viewer => viewer.Item1 is null).Select(viewer => viewer.Item2)];
        if (missing.Length > 0) context.Report(new Noted($"No {string.Join(", no ", missing)} given: what they measure is left out."));
        var viewers = new List<IViewer>();
        if (clip is not null) viewers.Add(Encoder("clip", clip));
        if (Dino is not null) viewers.Add(Encoder("dino", Dino));
        if (judge is not null) viewers.Add(JudgeViewer.Load(judge, device));
        return viewers;
    }

    static string? Companion(string name)
    {
        try
        {
            return EmbeddedModels.Find(name);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    static long WeightsOf(string folder) =>
        Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}

/// <summary>An evaluation that reached its end.</summary>
/// <param name="Output">The folder, as a full path.</param>
/// <param name="Results">All figures.</param>
public sealed record EvaluationResult(string Output, EvaluationResults Results);
