using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using TorchSharp;

namespace ConceptExpress.Cli.Running;

/// <summary>Methods on their way to a table. All options are checked, nothing is computed yet.</summary>
sealed record EvaluationJob
{
    const long SmallCheckpoint = 1L << 30; // bytes of weights of which every worker can have its own

    public required EvaluationPlan Plan { get; init; }

    /// <summary>A folder of folders, or <c>toybox:N</c>.</summary>
    public required string Data { get; init; }

    /// <summary>What a camera's orientation does to pictures on disk.</summary>
    public required Exif Exif { get; init; }

    /// <summary>At most so many pictures; null for all.</summary>
    public required int? Limit { get; init; }

    public required string? Model { get; init; }
    public required ComputeChoice Compute { get; init; }

    /// <summary>Pictures at once; null for as many as the checkpoint's size allows.</summary>
    public required int? Workers { get; init; }

    public required string? Clip { get; init; }
    public required string? Dino { get; init; }
    public required string? Judge { get; init; }

    /// <summary>How source concepts are shown to encoders; null for what suits each.</summary>
    public required SourceForm? Sources { get; init; }

    public required string Output { get; init; }

    /// <summary>Does the work on threads of its own; every result is in the output folder as soon as it is there.</summary>
    public void Run(Session session, bool json)
    {
        var data = EvaluationData.Open(Data, Exif);
        EvaluationFolder.Check(Output);
        var display = session.NewDisplay();
        EvaluationResults? results = null;
        try
        {
            display.Run(() => TorchThread.Run(() => results = Work(data, display, session.Stop)));
        }
        catch (OperationCanceledException)
        {
            throw new ResumableException($"Cancelled; what is done stays in {Output}, and the same command goes on from there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Output} cannot be written ({e.Message.TrimEnd('.')}); make room, and the same command goes on.", e);
        }
        Print(session.Output, results!, json);
    }

    void Print(TextWriter output, EvaluationResults results, bool json)
    {
        if (json)
        {
            output.WriteLine(ResultsJson.Text(results, LibraryJson.Indented));
            return;
        }
        output.WriteLine($"{ResultsMarkdown.Summary(results)}\n\n{ResultsMarkdown.Table(results)}");
        output.WriteLine($"Pictures: {Path.Combine(Path.GetFullPath(Output), EvaluationReport.Page)}");
    }

    EvaluationResults Work(EvaluationData data, ProgressDisplay display, CancellationToken stop)
    {
        if (data.PassedOver > 0) display.Note($"{data.PassedOver} of the folders in {Data} hold no img.png, img.jpg or img.jpeg, and are passed over.");
        display.Begin("Loading the model", 0);
        var (folder, device) = (ModelStore.Find(Model), Devices.Resolve(Compute.Device));
        var workers = Workers ?? (device.type == DeviceType.CPU && WeightsOf(folder) <= SmallCheckpoint ? Compute.Threads : 1);
        var threads = Math.Max(1, Compute.Threads / workers); // of each worker
        using var loaded = new LoadedModel(Model, Compute with { Threads = threads }, display);
        var side = loaded.Side("--resolution", Plan.Methods[0].Settings.Resolution);
        var plan = Plan with { Methods = [.. Plan.Methods.Select(method => method with { Settings = method.Settings with { Resolution = side } })] };
        var pictures = Enumerable.Range(0, Math.Min(data.Count, Limit ?? int.MaxValue)).Select(i => data.Read(i, side)).ToList();
        RefuseWithoutMasks(plan, pictures, display);
        using var tools = EvaluationEyes.Open(this, pictures, device, display);

        var computing = new ComputingRecord(
            loaded.Model.Fingerprint(), Compute.Precision.ToString().ToLowerInvariant(), device.type.ToString().ToLowerInvariant(), threads);
        var run = new EvaluationRun(plan, pictures, tools, computing, Output);
        using var alone = FolderLock.Take(Output);
        var timings = new Timings(Output, Machine.Describe(device.ToString(), Compute.Threads));
        var results = run.Execute(() => StableDiffusion.Load(folder, Compute.Precision, device), workers, timings, new Watcher(display), stop);
        EvaluationReport.Write(Output, results);
        return results;
    }

    static void RefuseWithoutMasks(EvaluationPlan plan, List<EvaluationPicture> pictures, ProgressDisplay display)
    {
        var unknown = pictures.Count(picture => picture.Masks.Count == 0);
        if (unknown == 0) return;
        var given = plan.Methods.FirstOrDefault(method => method.Settings.GivenMasks);
        if (unknown == pictures.Count && given is not null)
            throw new DataSetException($"the method {given.Name} needs masks, and no picture of the data set has any; leave it out or add mask0.png, mask1.png, ...");
        display.Warn($"{unknown} of {pictures.Count} pictures have no masks; they count for what needs none.");
    }

    static long WeightsOf(string folder) =>
        Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    sealed class Watcher(ProgressDisplay display) : IEvaluationWatcher
    {
        public void Begin(int items, int missing)
        {
            if (missing < items) display.Note($"{items - missing} of {items} results are there already.");
            if (missing > 0) display.Begin("Evaluating", missing);
        }

        public void Done(string method, string picture) => display.Advance($"{method} on {picture}");
    }
}
