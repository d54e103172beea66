using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Runs every method on every picture with every seed, and keeps each result in the output folder as soon as it is there. A run that was
/// stopped anywhere goes on with what is missing, and ends with the same results.
/// </summary>
/// <param name="setup">What to do.</param>
/// <param name="output">The folder; made if need be, and nobody else's meanwhile.</param>
public sealed class EvaluationRun(EvaluationSetup setup, string output)
{
    /// <summary>The phase's name in progress events.</summary>
    public const string Phase = "evaluate";

    /// <summary>Makes what is missing, has viewers look at it that have not, and reads all results.</summary>
    /// <param name="lease">Gives a worker that has something to make its checkpoint, all alike; called on the worker's thread.</param>
    /// <param name="workers">Threads, 1 or more, each with a checkpoint of its own.</param>
    /// <param name="timings">Gets the time of every result that is made.</param>
    /// <param name="progress">Receives the phase, an <see cref="Advanced"/> per item, and warnings; called by workers, one at a
    /// time.</param>
    /// <param name="stop">Cancels; what is done stays.</param>
    /// <returns>In the order of <see cref="EvaluationSetup.Items"/>.</returns>
    /// <exception cref="DataSetException">A method needs masks, and no picture has any.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<FinishedItem> Execute(
        Func<ModelLease> lease, int workers, Timings timings, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        CheckMasks(progress);
        var items = setup.Items();
        Directory.CreateDirectory(output);
        WriteSources();
        var store = new ItemStore(output);
        var views = new ItemViews(setup.Viewers, store);
        // Items of one key are one piece of work, whatever they are called.
        EvaluationItem[] missing = [.. items.DistinctBy(item => item.Key).Where(item => !store.Has(item.Key) || !views.Complete(item))];
        if (missing.Length < items.Count)
            progress?.Report(new Noted($"{items.Count - missing.Length} of {items.Count} results are there already."));
        if (missing.Length > 0) progress?.Report(new PhaseBegan(Phase, missing.Length));

        using var threads = new WorkerThreads(Math.Clamp(workers, 1, Math.Max(1, missing.Length)));
        threads.ForEach(missing.Length, () => NewMaker(lease), (maker, i) =>
        {
            var item = missing[i];
            if (!store.Has(item.Key)) Make(maker, item, store, timings, stop);
            views.Add(item);
        }, i => progress?.Report(new Advanced($"{missing[i].Method} on {missing[i].Picture.Name}")), stop);
        return [.. items.Select(item => new FinishedItem(item, store.Read(item.Key), views.Read(item)))];
    }

    ItemMaker NewMaker(Func<ModelLease> lease)
    {
        torch.set_num_threads(setup.Computing.ThreadsPerWorker); // each thread has its own number
        return new ItemMaker(lease, setup.Plan);
    }

    static void Make(ItemMaker maker, EvaluationItem item, ItemStore store, Timings timings, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        store.Make(item.Key, folder => maker.Make(item, folder, stop));
        timings.Add(item.Key, clock.Elapsed);
    }

    void CheckMasks(IProgress<ProgressEvent>? progress)
    {
        var (all, unknown) = (setup.Pictures.Count, setup.Pictures.Count(picture => picture.Masks.Count == 0));
        if (unknown == all && setup.Plan.Methods.FirstOrDefault(method => method.GivenMasks) is { } given)
            throw new DataSetException($"the method {given.Name} needs masks, and no picture of the data set has any; "
                + "leave it out or add mask0.png, mask1.png, ...");
        if (unknown > 0) progress?.Report(new Warned($"{unknown} of {all} pictures have no masks; they count for what needs none."));
    }

    void WriteSources()
    {
        Directory.CreateDirectory(Path.Combine(output, ItemFiles.Sources));
        foreach (var picture in setup.Pictures)
        {
            PngFile.Write(Path.Combine(output, ItemFiles.Source(picture.Name)), picture.Image);
            if (picture.Masks.Count == 0) continue;
            PngFile.Write(Path.Combine(output, ItemFiles.Truth(picture.Name)), ConceptOverlay.Draw(picture.Image, picture.Masks));
        }
    }
}
