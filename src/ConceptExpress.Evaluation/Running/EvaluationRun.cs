using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Runs every method on every picture with every seed, and stores each item in the output folder as soon as it is finished. A run that was
/// stopped can be started again: it computes only the missing items, and the results are the same.
/// </summary>
/// <param name="setup">The plan, pictures and viewers.</param>
/// <param name="output">The output folder; created if it does not exist. No other run may use it at the same time.</param>
sealed class EvaluationRun(EvaluationSetup setup, string output)
{
    /// <summary>Name of the phase in progress events.</summary>
    public const string Phase = "evaluate";

    /// <summary>Name of the phase before it, in which pictures are copied to the output folder.</summary>
    public const string CopyPhase = "copy pictures";

    /// <summary>Computes missing items, runs the viewers that have not looked at them yet, and returns all results.</summary>
    /// <param name="lease">Gives a worker its checkpoint; called on the worker's thread, only if the worker has an item to compute. All
    /// checkpoints must be the same.</param>
    /// <param name="workers">Number of threads, 1 or more. Each uses its own checkpoint.</param>
    /// <param name="timings">Receives the time of every item that is computed.</param>
    /// <param name="progress">Receives the phase, an <see cref="Advanced"/> per item, notes and warnings; called by workers, one at a
    /// time.</param>
    /// <param name="stop">Cancels the run; finished items are kept.</param>
    /// <returns>All finished items, in order of <see cref="EvaluationSetup.Items"/>.</returns>
    /// <exception cref="DataSetException">A method needs masks, but no picture has any.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<FinishedItem> Execute(
        Func<ModelLease> lease, int workers, Timings timings, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        CheckMasks(progress);
        var items = setup.Items();
        Directory.CreateDirectory(output);
        WriteSources(workers, progress, stop);
        var store = new ItemStore(output);
        var views = new ItemViews(setup.Viewers, store);
        // Items with the same key have the same result, even if their methods have different names: they are computed once.
        EvaluationItem[] missing = [.. items.DistinctBy(item => item.Key).Where(item => !store.Has(item.Key) || !views.Complete(item))];
        if (missing.Length < items.Count)
            progress?.Report(new Noted($"{items.Count - missing.Length} of {items.Count} results exist already."));
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
        torch.set_num_threads(setup.Computing.ThreadsPerWorker); // the setting is per thread
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
        var (all, unknown) = (setup.Pictures.Count, setup.Pictures.Count(picture => picture.Things == 0));
        if (unknown == all && setup.Plan.Methods.FirstOrDefault(method => method.GivenMasks) is { } given)
            throw new DataSetException($"the method {given.Name} needs masks, but no picture of the data set has any; "
                + "leave the method out or add mask0.png, mask1.png, ...");
        foreach (var warning in setup.Pictures.SelectMany(picture => picture.Warnings)) progress?.Report(new Warned(warning));
        if (unknown > 0) progress?.Report(new Warned($"{unknown} of {all} pictures have no masks; they count for figures that need none."));
    }

    void WriteSources(int workers, IProgress<ProgressEvent>? progress, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.Combine(output, ItemFiles.Sources));
        progress?.Report(new PhaseBegan(CopyPhase, setup.Pictures.Count));
        using var threads = new WorkerThreads(Math.Clamp(workers, 1, Math.Max(1, setup.Pictures.Count)));
        var turn = new Lock();
        threads.Run(worker =>
        {
            var (from, count) = threads.Share(worker, setup.Pictures.Count);
            foreach (var source in setup.Pictures.Skip((int)from).Take((int)count))
            {
                stop.ThrowIfCancellationRequested();
                var picture = source.Read();
                PagePictures.Write(Path.Combine(output, ItemFiles.Source(picture.Name)), picture.Image);
                if (picture.Masks.Count > 0)
                    PagePictures.WriteOverlay(Path.Combine(output, ItemFiles.Truth(picture.Name)), picture.Image, picture.Masks);
                lock (turn) progress?.Report(new Advanced());
            }
        });
    }
}
