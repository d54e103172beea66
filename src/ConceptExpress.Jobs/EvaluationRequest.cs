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

/// <summary>
/// Compares methods on pictures whose true concepts are known (method 4). The output folder grows item by item. A later request can
/// continue it: it computes only the items that are missing.
/// </summary>
public sealed record EvaluationRequest : OutputRequest<EvaluationResult>
{
    const long SmallCheckpoint = 1L << 30; // bytes; up to this size of weights, every worker gets its own copy
    const string EmbeddedJudge = "toybox-judge";

    /// <summary>Name of the CLIP pair of the embedded checkpoint, which knows only toys.</summary>
    internal const string EmbeddedClip = "toybox-clip";

    /// <summary>The methods and seeds that run on every picture, and how samples are drawn.</summary>
    public required EvaluationPlan Plan { get; init; }

    /// <summary>
    /// The data set: path of a folder of folders, or N rendered scenes of toys, <c>toybox:N[@SEED][:DIFFICULTY]</c>.
    /// </summary>
    /// <remarks>
    /// Each folder has <c>img.png</c>, <c>img.jpg</c> or <c>img.jpeg</c>, and one mask per thing (<c>mask0.png</c>, <c>mask1.png</c>, ...),
    /// if the truth is known. Folders without a picture are skipped. N is 1 to 100,000, SEED (of the first scene) has up to 15 digits, and
    /// DIFFICULTY is easy, normal, hard, touching, border, large or empty; left out, they are 8,000,000,000 and normal.
    /// </remarks>
    public required string Data { get; init; }

    /// <summary>How to handle the orientation that a camera wrote into the files of pictures on disk.</summary>
    /// <value>The default is <see cref="Exif.Apply"/>.</value>
    public Exif Exif { get; init; } = Exif.Apply;

    /// <summary>Use only this many pictures, the first ones, 1 to 100,000; null for all.</summary>
    /// <value>The default is null.</value>
    [Range(1, 100_000)]
    public int? Limit { get; init; }

    /// <summary>The checkpoint; null for <see cref="ModelReference.Embedded"/>.</summary>
    /// <value>The default is null.</value>
    public ModelReference? Model { get; init; }

    /// <summary>Where and how to compute. Workers share the threads.</summary>
    /// <value>The default has each property's default: device <c>auto</c>, fp32, one thread per core.</value>
    public ComputeSettings Compute { get; init; } = new();

    /// <summary>
    /// Number of pictures processed at once, each with its share of the threads, 1 to 256. Null for one per thread if the device is the CPU
    /// and the checkpoint is small (up to 1 GiB of weights), else 1. Each has its own copy of the checkpoint. Items that were computed with
    /// another number of threads per worker are computed again.
    /// </summary>
    /// <value>The default is null.</value>
    [Range(1, 256)]
    public int? Workers { get; init; }

    /// <summary>
    /// Path of the folder of a CLIP model in the Hugging Face layout; null for the embedded one, which is used only if the data set has
    /// pictures of toys. Without a model, its metrics are omitted.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Clip { get; init; }

    /// <summary>
    /// Path of the folder of a DINO or DINOv2 model in the Hugging Face layout; null for none, and then its metrics are omitted.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Dino { get; init; }

    /// <summary>
    /// Path of the folder of a judge of toys; null for the embedded one. Without a judge, its metrics are omitted. It looks only at
    /// pictures whose things are labelled as toys.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Judge { get; init; }

    /// <summary>
    /// How CLIP and DINO are shown the true things; null for <see cref="SourceForm.CutOut"/> if the encoder is the embedded CLIP, and for
    /// <see cref="SourceForm.Masked"/> (the published form) otherwise.
    /// </summary>
    /// <value>The default is null.</value>
    public SourceForm? Sources { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">
    /// A setting is invalid or does not fit the checkpoint, or this machine does not have the device.
    /// </exception>
    /// <exception cref="DataSetException">
    /// The data set is missing or cannot be used, or a method needs masks and no picture has any.
    /// </exception>
    /// <exception cref="ImageException">A picture or mask cannot be read, or the masks do not fit the picture.</exception>
    /// <exception cref="CheckpointException">The checkpoint, CLIP, DINO or the judge is missing, damaged or of another kind.</exception>
    /// <exception cref="Extraction.Learning.LearningDivergedException">
    /// A value was not finite while learning. Finished items are kept.
    /// </exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written. <see cref="OutputOccupiedException"/>: it has content that is not from an evaluation, or an input, or
    /// is in use by another run.
    /// </exception>
    /// <exception cref="ResumableException">The job was cancelled. Finished items are kept.</exception>
    public override EvaluationResult Work(JobContext context) => Observed(context, Perform);

    EvaluationResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        Plan.Validated();
        var data = ToyboxData.Open(Data, Exif);
        EvaluationFolder.Check(Output, Exporters.FileNames, Path.Exists(Data) ? Data : null, FolderOf(Model), Clip, Dino, Judge);
        if (data.PassedOver > 0)
            context.Report(
                new Noted(
                    $"{data.PassedOver} of the folders in {Data} contain no img.png, img.jpg, img.jpeg or img.webp and are skipped."));
        var workers = Workers
            ?? (Devices.Resolve(Compute.Device).type == DeviceType.CPU && WeightsOf(context.Models.FolderOf(Model)) <= SmallCheckpoint
            ? Compute.ThreadCount : 1);
        var each = Compute with { Threads = Math.Max(1, Compute.ThreadCount / workers) };
        try
        {
            return context.Models.Use(Model, each, context, loaded => Evaluate(loaded, data, workers, context));
        }
        catch (OperationCanceledException)
        {
            throw new ResumableException($"cancelled; finished results are kept in {Output}, and the same request continues from there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"{Output} cannot be written ({e.Message.TrimEnd('.')}); free some space, and repeat the same request to continue.", e);
        }
    }

    EvaluationResult Evaluate(LoadedModel loaded, EvaluationData data, int workers, JobContext context)
    {
        var plan = Plan.ValidatedFor(loaded.Model);
        var side = plan.Methods[0].Settings.Resolution!.Value;
        var count = Math.Min(data.Count, Limit ?? int.MaxValue);
        context.Report(new PhaseBegan("read pictures", count));
        var pictures = SourcePicture.All(data, count, side, workers, () => context.Report(new Advanced()), context.Stop);
        var viewers = OpenViewers(plan, pictures, loaded.Model.Device, context);
        try
        {
            var computing = new ComputingRecord(
                loaded.Record.Hash, loaded.Compute.PrecisionWord, loaded.Model.Device.type.ToString().ToLowerInvariant(),
                loaded.Compute.ThreadCount);
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

    /// <summary>Loads the given and the embedded viewers. Reports in one line which are missing; their metrics are omitted.</summary>
    List<IViewer> OpenViewers(EvaluationPlan plan, IReadOnlyList<SourcePicture> pictures, Device device, JobContext context)
    {
        if (plan.LocalizationOnly) return [];
        var (embedded, toys) = (Companion(EmbeddedClip), pictures.Any(JudgeViewer.ShowsToys));
        // The embedded CLIP knows only toys, so it is not used for other data.
        var (clip, judge) = (Clip ?? (toys ? embedded : null), Judge ?? Companion(EmbeddedJudge));
        IViewer Encoder(string name, string folder)
        {
            // The embedded CLIP was trained on cut-out things, and hardly distinguishes things in the published form (docs/benchmarks.md).
            var usual = embedded is not null && ContentHash.OfFolder(folder) == ContentHash.OfFolder(embedded)
                ? SourceForm.CutOut
                : SourceForm.Masked;
            return EncoderViewer.Load(name, folder, Sources ?? usual, device);
        }
        string[] missing = [.. new[] { (clip, "CLIP"), (Dino, "DINO"), (judge, "judge") }.Where(viewer => viewer.Item1 is null)
            .Select(viewer => viewer.Item2)];
        if (missing.Length > 0) context.Report(new Noted($"No {string.Join(", no ", missing)} given: their metrics are omitted."));
        var viewers = new List<IViewer>();
        if (clip is not null) viewers.Add(Encoder("clip", clip));
        if (Dino is not null) viewers.Add(Encoder("dino", Dino));
        if (judge is not null) viewers.Add(JudgeViewer.Load(judge, device));
        if (judge is not null && plan.Samples.Pairs > 0) viewers.Add(PairViewer.Load(judge, device));
        return viewers;
    }

    /// <summary>Returns the folder of a model that comes with the program; null if it is not installed.</summary>
    internal static string? Companion(string name)
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

    static long WeightsOf(string model) => File.Exists(model)
        ? new FileInfo(model).Length
        : Directory.EnumerateFiles(model, "*.safetensors", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}

/// <summary>The result of an evaluation that reached its end.</summary>
/// <param name="Output">Full path of the folder, with links resolved.</param>
/// <param name="Results">All figures of all methods, as in <c>results.json</c>.</param>
public sealed record EvaluationResult(string Output, EvaluationResults Results);
