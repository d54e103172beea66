using System.Diagnostics;
using System.Globalization;
using ConceptExpress.Benchmarks;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Runs;
using static TorchSharp.torch;

// Full-size check: dotnet run -c Release --project benchmarks/ConceptExpress.Benchmarks -- fp32|bf16|fp16 [FOLDER [cpu|cuda]]
// Each process measures one precision, because peak memory is per process. The random checkpoint is written to FOLDER (default
// runs/random-sd21).
// On the CPU everything is measured once, because it takes minutes. On CUDA it is the median of ten runs after one warm-up run.
// Cost of saving states: ... -- states FOLDER, where FOLDER is on the disk to measure.
// Names from the vocabulary: ... -- names FOLDER SEED N, with N scenes of toys from SEED; learned words are kept in FOLDER.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["names", var words, var from, var scenes])
{
    NameAccuracy.Measure(words, ulong.Parse(from), int.Parse(scenes));
    return 0;
}
if (args is ["states", var output])
{
    StateCost.Measure(output);
    return 0;
}
if (args.Length is < 1 or > 3 || args is [_, _, not ("cpu" or "cuda")]
    || !Enum.TryParse<ComputePrecision>(args[0], ignoreCase: true, out var precision))
{
    Console.Error.WriteLine("usage: benchmarks fp32|bf16|fp16 [FOLDER [cpu|cuda]], or benchmarks states FOLDER, "
        + "or benchmarks names FOLDER SEED N");
    return 2;
}
var folder = args.Length > 1 ? args[1] : Path.Combine("runs", "random-sd21");
if (!Directory.Exists(folder))
{
    // In a separate process, so that its memory does not count.
    RandomCheckpoint.Ensure(folder, Path.Combine(EmbeddedModels.Find("toybox"), "tokenizer"));
    Console.WriteLine($"wrote {folder}; run again to measure");
    return 0;
}

TorchRuntime.UseThreads(0);
var place = device(args is [_, _, "cuda"] ? "cuda" : "cpu");
var repeats = place.type == TorchSharp.DeviceType.CUDA ? 10 : 1;
void Row(string what, string value) => Console.WriteLine($"| {what} | {args[0]} | {value} |");
static double Seconds(Action work)
{
    var watch = Stopwatch.StartNew();
    work();
    if (cuda.is_available()) cuda.synchronize();
    return watch.Elapsed.TotalSeconds;
}
double Typical(Action work)
{
    if (repeats > 1) work();
    return Work.Median([.. Enumerable.Range(0, repeats).Select(_ => Seconds(work))]);
}
Console.WriteLine("| what | precision | value |\n|---|---|---|");
Row(repeats > 1 ? "device" : "threads", repeats > 1 ? $"{place}" : $"{get_num_threads()}");
StableDiffusion model = null!;
Row("load", $"{Seconds(() => model = StableDiffusion.Load(folder, precision, place)):0.0} s");
Row("peak memory after load", $"{Machine.PeakMemoryBytes() / 1e9:0.0} GB");

using var random = new RandomStream(1, "benchmark");
var (latent, timestep, text) = (random.Normal([1, 4, 64, 64], place), full([1], 500L, dtype: int64, device: place),
    new TextConditioning(random.Normal([1, 77, 1024], place)));
var rate = Work.MatrixRate(precision.Type(), place);
var operations = Work.OfUnet(model.Unet, latent, timestep, text);
double forward;
using (no_grad()) forward = Typical(() => model.Unet.call(latent, timestep, text).Dispose());
Row("matrix rate measured", $"{rate / 1e9:0} GFLOP/s");
Row("UNet evaluation, 64x64",
    $"{forward:0.0##} s for {operations / 1e12:0.00} TFLOP; floor {operations / rate:0.0##} s, {operations / rate / forward:0 %} of the "
    + "rate");

var picture = new RgbImage(PixelSize.Square(512),
    [.. Enumerable.Range(0, 3 * 512 * 512).Select(i => (byte)(127.5 + 127 * Math.Sin(i * 0.001)))]);
// with random weights nothing stands out
var settings = ExtractionSettings.Paper with { Locating = new PublishedLocating { MinProminence = null } };
IReadOnlyList<LocatedConcept> located = [];
Row("localization, preset paper, 512 px", $"{Typical(() => located = new ConceptExtractor(model).Locate(picture, settings)):0.0} s");
var border = ExtractionSettings.Express with { Locating = new BorderLocating { MinProminence = null } };
var express = Typical(() => new ConceptExtractor(model).Locate(picture, border));
var evaluations = ((BorderLocating)border.Locating).Timesteps.Count;
Row("localization, preset express, 512 px",
    $"{express:0.0##} s, {express / (evaluations * forward):0.00} x its {evaluations} UNet evaluations");
Row("peak memory after localization", $"{Machine.PeakMemoryBytes() / 1e9:0.0} GB");

using var target = LearningTarget.FromPicture(model, PixelTensor.From(picture, place), [.. located.Take(1)], maskMargin: 0, closeUps: null);
var learner = new ConceptLearner(model, target, settings.Learning, settings.Losses, new SeededTrainingDraws(1));
var (state, watch, steps) = (TokenTable.Begin(model, 1, settings.Learning, settings.Seed, []), Stopwatch.StartNew(), new List<double>());
while (steps.Count <= repeats) // the first step is a warm-up
    state = learner.Pass(state, _ =>
    {
        if (repeats > 1) cuda.synchronize();
        steps.Add(watch.Elapsed.TotalSeconds);
        watch.Restart();
    }, CancellationToken.None);
Row("optimizer step, preset paper, 512 px", $"{Work.Median(steps[1..(repeats + 1)]):0.0##} s; floor {3 * operations / rate:0.0##} s");
Row("peak memory after learning", $"{Machine.PeakMemoryBytes() / 1e9:0.0} GB");
model.Dispose();
return 0;
