using System.Diagnostics;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.Settings;
using ConceptExpress.Library.States;

namespace ConceptExpress.Benchmarks;

/// <summary>Measures the size of a state of ten words with the shapes of Stable Diffusion 2.1, and the time to save it.</summary>
static class StateCost
{
    const int Concepts = 10, Split = 5, Width = 1024, Side = 64, Saves = 50;

    /// <summary>Saves a state 50 times, prints the results as Markdown, and deletes the state.</summary>
    /// <param name="output">An output folder on the disk to measure.</param>
    public static void Measure(string output)
    {
        var folder = new StateFolder(output);
        var record = new StateRecord
        {
            Image = new ImageRecord { Name = "picture.png", Width = 512, Height = 512, Sha256 = new string('0', 64) },
            Masks = null,
            Model = new ModelRecord("model", "model", "sha256:0", "fp32"),
            Settings = ExtractionSettings.Paper,
            Previews = new PreviewSettings(),
            SampleEvery = null,
        };
        folder.Begin(record,
            [.. Enumerable.Range(0, Concepts)
            .Select(i => new LocatedConcept(new GridMask(Grid.Square(Side), new bool[Side * Side]), i, Numbers(Side * Side)))]);
        folder.Save([.. Enumerable.Range(0, Concepts).Select(_ => Numbers(Width))]);
        var count = Concepts * Split * Width;
        var state = new SplitState
        {
            Concepts = Concepts,
            Vectors = 1,
            SplitTokens = Split,
            Rows = Numbers(count),
            First = Numbers(count),
            Second = Numbers(count)
        };
        var steps = Enumerable.Range(0, Saves * Concepts * Split).Select(i => new LoggedStep(
            new OptimizerStepDone(Phases.LearnSplitTokens, i / Split / Concepts, i, "a photo of <asset0>",
                new LossValues([new("denoising", 0.123), new("alignment", 1.5), new("contrast", 0.3)], 0.2), 0.1),
            i, DateTimeOffset.UnixEpoch)).ToList();
        var seconds = steps.Chunk(Concepts * Split).Select(pass =>
        {
            var watch = Stopwatch.StartNew();
            folder.Save(state, pass);
            return watch.Elapsed.TotalSeconds;
        }).ToList();
        var bytes = new DirectoryInfo(folder.Path).EnumerateFiles("*.safetensors").Sum(file => file.Length);
        Console.WriteLine("| what | value |\n|---|---|");
        Console.WriteLine(
            $"| state of {Concepts} words of {Width} values, {Split} tokens each, {Side}x{Side} cells | {bytes / 1e3:0} kB |");
        Console.WriteLine(
            $"| saving it, written through to the disk: median, maximum of {Saves} | {1e3 * Work.Median(seconds):0.0} ms, "
            + $"{1e3 * seconds.Max():0.0} ms |");
        Console.WriteLine($"| share of the time, at a save a minute | {Work.Median(seconds) / 60:0.000 %} |");
        folder.Delete();
    }

    static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }
}
