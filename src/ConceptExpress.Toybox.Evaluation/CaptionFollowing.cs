using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>A picture drawn from a caption, and what the judge says of its toys.</summary>
/// <param name="Scene">Whose caption was drawn.</param>
/// <param name="Picture">What came out.</param>
/// <param name="Verdicts">One per toy that was found in it; of the whole picture where the caption has one toy.</param>
public sealed record DrawnCaption(Scene Scene, RgbImage Picture, IReadOnlyList<Verdict> Verdicts)
{
    /// <summary>Whether every toy of the caption has a verdict of its own that agrees in what <paramref name="agrees"/> asks.</summary>
    public bool Follows(Func<Agreement, bool> agrees)
    {
        // Few toys: a greedy match could miss one that exists, so all orders are tried.
        bool Fit(int[] order) => Scene.Toys.Index().All(toy => agrees(Agreement.Of(toy.Item, Verdicts[order[toy.Index]])));
        return Orders(Verdicts.Count).Any(order => order.Length >= Scene.Toys.Count && Fit(order));
    }

    static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : from order in Orders(count - 1)
          from place in Enumerable.Range(0, count)
          select (int[])[.. order[..place], count - 1, .. order[place..]];
}

/// <summary>How well a checkpoint draws what captions say, by the judge.</summary>
/// <param name="lease">Gives a worker its checkpoint.</param>
/// <param name="judge">Who looks at the drawings.</param>
/// <param name="workers">Threads.</param>
/// <param name="sampling">How noise becomes a drawing.</param>
public sealed class CaptionFollowing(Func<ModelLease> lease, Judge judge, int workers, SamplingSettings sampling)
{
    const int Batch = 10;

    /// <summary>Draws the captions of the scenes of consecutive seeds, none left out. The noise has the scene's seed.</summary>
    /// <param name="firstSeed">Seed of the first scene.</param>
    /// <param name="count">How many.</param>
    /// <param name="toys">Toys in each.</param>
    /// <param name="progress">Receives the phase and its steps.</param>
    /// <param name="stop">Cancels.</param>
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
        var settings = some.Select(one =>
            new GenerationSettings { Prompt = one.Scene.Caption, Seed = (long)one.Seed, Sampling = sampling });
        var pictures = new TextToImage(model, []).GenerateAll([.. settings], null, stop);
        return [.. some.Zip(pictures, (one, picture) =>
            new DrawnCaption(one.Scene, picture, Verdicts(model, picture, one.Scene.Toys.Count, stop)))];
    }

    /// <summary>
    /// What the judge says of a drawing: of all of it where one toy was asked for; otherwise of the things that localization finds in it,
    /// the largest first, things that touch parted into as many as the caption has. More than any caption has are not asked for.
    /// </summary>
    internal IReadOnlyList<Verdict> Verdicts(StableDiffusion model, RgbImage picture, int toys, CancellationToken stop)
    {
        if (toys == 1) return judge.Of([picture]);
        // Whoever drew a caption meant to show something, so that it need not stand out.
        var locating = new BorderLocating { MinConcepts = toys, MaxConcepts = SceneSettings.MostToys, MinProminence = null };
        var found = new ConceptExtractor(model).Locate(picture, ExtractionSettings.Express with { Locating = locating }, null, null, stop);
        return judge.OfParts(found.Select(concept => (picture, concept.Mask.ToMask(picture.Size))));
    }
}
