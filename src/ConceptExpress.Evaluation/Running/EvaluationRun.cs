using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Sees how far a run is. Called from workers, one at a time.</summary>
public interface IEvaluationWatcher
{
    /// <summary>The work is known.</summary>
    /// <param name="items">How many results there will be.</param>
    /// <param name="missing">How many of them are not there yet.</param>
    void Begin(int items, int missing);

    /// <summary>One more result is there.</summary>
    void Done(string method, string picture);
}

/// <summary>One result to have.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Settings">With seed and resolution.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Key">What the result is kept under.</param>
public sealed record EvaluationItem(string Method, ExtractionSettings Settings, EvaluationPicture Picture, string Key);

/// <summary>
/// Runs every method on every picture with every seed, and keeps each result in the output folder as soon as it is there. A run that was
/// stopped anywhere goes on with what is missing, and ends with the same results.
/// </summary>
/// <param name="plan">What to do.</param>
/// <param name="pictures">On which pictures.</param>
/// <param name="tools">Who looks at what comes out.</param>
/// <param name="computing">What computes.</param>
/// <param name="output">The folder; made if need be.</param>
public sealed class EvaluationRun(EvaluationPlan plan, IReadOnlyList<EvaluationPicture> pictures, EvaluationTools tools, ComputingRecord computing, string output)
{
    readonly Lock turn = new();

    /// <summary>The results to have, picture by picture; a method that needs masks leaves pictures without any out.</summary>
    public IReadOnlyList<EvaluationItem> Items { get; } =
    [
        .. from picture in pictures
           from method in plan.Methods
           where picture.Masks.Count > 0 || !method.Settings.GivenMasks
           from seed in plan.Seeds
           let settings = method.Settings with { Seed = seed }
           select new EvaluationItem(method.Name, settings, picture, ContentHash.OfItem(settings, picture, plan, computing)),
    ];

    /// <summary>Makes what is missing, has those look at it that have not, and reads all results.</summary>
    /// <param name="load">Gives a worker that has something to make the checkpoint, which it disposes of; called on the worker's thread.</param>
    /// <param name="workers">Threads, 1 or more, each with a checkpoint of its own.</param>
    /// <param name="timings">Gets the time of every result that is made.</param>
    /// <param name="watcher">Sees how far it is.</param>
    /// <param name="stop">Cancels; what is done stays.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EvaluationResults Execute(Func<StableDiffusion> load, int workers, Timings timings, IEvaluationWatcher watcher, CancellationToken stop = default)
    {
        Directory.CreateDirectory(output);
        WriteSources();
        var store = new ItemStore(output);
        var viewer = new ItemViewer(tools, store);
        // Items of one key are one piece of work, whatever they are called.
        EvaluationItem[] missing = [.. Items.DistinctBy(item => item.Key).Where(item => !store.Has(item.Key) || !viewer.HaveSeen(item))];
        watcher.Begin(Items.Count, missing.Length);
        if (missing.Length > 0) Make(missing, store, viewer, load, Math.Min(workers, missing.Length), timings, watcher, stop);
        return EvaluationResults.Of(plan, pictures, [.. Items.Select(item => new FinishedItem(item, store.Read(item.Key), viewer.Read(item)))], tools, computing);
    }

    void Make(
        EvaluationItem[] missing, ItemStore store, ItemViewer viewer, Func<StableDiffusion> load, int workers, Timings timings, IEvaluationWatcher watcher,
        CancellationToken stop)
    {
        var next = -1;
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var threads = new WorkerThreads(workers);
        threads.Run(_ =>
        {
            torch.set_num_threads(computing.ThreadsPerWorker);
            try
            {
                using var maker = new ItemMaker(load, plan);
                for (int i; (i = Interlocked.Increment(ref next)) < missing.Length && !failed.IsCancellationRequested;)
                {
                    var (item, clock) = (missing[i], Stopwatch.StartNew());
                    if (!store.Has(item.Key))
                    {
                        store.Add(item.Key, folder => maker.Make(item.Picture, item.Settings, folder, stop));
                        timings.Add(item.Key, clock.Elapsed);
                    }
                    viewer.See(item);
                    lock (turn) watcher.Done(item.Method, item.Picture.Name);
                }
            }
            catch
            {
                failed.Cancel(); // the others end after what they are at
                throw;
            }
        });
        stop.ThrowIfCancellationRequested();
    }

    void WriteSources()
    {
        Directory.CreateDirectory(Path.Combine(output, ItemFiles.Sources));
        foreach (var picture in pictures)
        {
            PngFile.Write(Path.Combine(output, ItemFiles.Source(picture.Name)), picture.Image);
            if (picture.Masks.Count == 0) continue;
            var marked = ConceptOverlay.Draw(picture.Image, [.. picture.Masks.Select(mask => mask.ToImage())]);
            PngFile.Write(Path.Combine(output, ItemFiles.Truth(picture.Name)), marked);
        }
    }
}
