using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>A picture drawn from a caption, with the judge's verdicts on its toys.</summary>
/// <param name="Scene">The scene whose caption was the prompt.</param>
/// <param name="Picture">The drawing.</param>
/// <param name="Verdicts">One per thing that was found in the drawing; a single one, of the whole picture, if the caption has one
/// toy.</param>
sealed record DrawnCaption(Scene Scene, RgbImage Picture, IReadOnlyList<Verdict> Verdicts)
{
    /// <summary>Whether each toy of the caption can be matched with a different verdict that agrees with it.</summary>
    /// <param name="agrees">Says which properties must agree.</param>
    public bool Follows(Func<Agreement, bool> agrees)
    {
        // A greedy matching can miss a valid one. There are few toys, so all orders are tried.
        bool Fit(int[] order) => Scene.Toys.Index().All(toy => agrees(Agreement.Of(toy.Item, Verdicts[order[toy.Index]])));
        return Orders(Verdicts.Count).Any(order => order.Length >= Scene.Toys.Count && Fit(order));
    }

    static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : from order in Orders(count - 1)
          from place in Enumerable.Range(0, count)
          select (int[])[.. order[..place], count - 1, .. order[place..]];
}

/// <summary>Measures with the judge how well a checkpoint draws what captions say.</summary>
/// <param name="lease">Gives a worker its checkpoint, on the worker's thread.</param>
/// <param name="judge">Judges the drawings.</param>
/// <param name="workers">Number of threads, 1 or more. Each uses its own checkpoint.</param>
/// <param name="sampling">Sampler, steps and guidance of the drawings.</param>
sealed class CaptionFollowing(Func<ModelLease> lease, Judge judge, int workers, SamplingSettings sampling)
{
    const int Batch = 10;

    /// <summary>Draws and judges the captions of scenes with consecutive seeds; no seed is left out. The scene's seed is also that of the
    /// noise.</summary>
    /// <param name="firstSeed">Seed of the first scene.</param>
    /// <param name="count">Number of scenes.</param>
    /// <param name="toys">Number of toys in each scene.</param>
    /// <param name="progress">Receives the phase and an <see cref="Advanced"/> per batch.</param>
    /// <param name="stop">Cancels the drawing.</param>
    /// <returns>The drawings in order of their seeds.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<DrawnCaption> Draw(
        ulong firstSeed, int count, int toys, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default)
    {
        var settings = new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = toys };
        var batches = Enumerable.Range(0, count).Select(i => firstSeed + (ulong)i)
            .Select(seed => (Seed: seed, Scene: SceneComposer.Compose(seed, settings))).Chunk(Batch).ToList();
        var drawn = new IEnumerable<DrawnCaption>[batches.Count];
        progress?.Report(new PhaseBegan($"draw captions with {(toys == 1 ? "one toy" : $"{toys} toys")}", batches.Count));
        using var threads = new WorkerThreads(workers);
        threads.ForEach(batches.Count, lease, (lent, i) => drawn[i] = Draw(lent.Model, batches[i], stop),
            _ => progress?.Report(new Advanced()), stop);
        return [.. drawn.SelectMany(batch => batch)];
    }

    List<DrawnCaption> Draw(StableDiffusion model, (ulong Seed, Scene Scene)[] some, CancellationToken stop)
    {
        var settings = some.Select(one => new GenerationSettings
        {
            Prompt = one.Scene.Caption,
            Syntax = PromptSyntax.Plain,
            Seed = (long)one.Seed,
            Sampling = sampling,
        });
        var pictures = new TextToImage(model, []).GenerateAll([.. settings], null, stop);
        return [.. some.Zip(pictures, (one, picture) =>
            new DrawnCaption(one.Scene, picture, Verdicts(model, picture, one.Scene.Toys.Count, stop)))];
    }

    /// <summary>
    /// The judge's verdicts on a drawing. If the caption has one toy, the whole drawing is judged. Otherwise concepts are located in the
    /// drawing and each is judged alone, the largest first: touching things are cut until there are as many as the caption has toys, and no
    /// more concepts are kept than a caption can have toys.
    /// </summary>
    internal IReadOnlyList<Verdict> Verdicts(StableDiffusion model, RgbImage picture, int toys, CancellationToken stop)
    {
        if (toys == 1) return judge.Of([picture]);
        var found = DrawnThings.Find(model, picture, toys, SceneSettings.MaxToys, stop);
        return judge.OfParts(found.Select(thing => (picture, thing)));
    }
}
