using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Evaluation.Toyboxes;

/// <summary>A picture drawn from a caption, and what the judge says of its toys.</summary>
/// <param name="Scene">Whose caption was drawn.</param>
/// <param name="Picture">What came out.</param>
/// <param name="Verdicts">One per toy that was found in it; of the whole picture where the caption has one toy.</param>
public sealed record DrawnCaption(Scene Scene, RgbImage Picture, IReadOnlyList<Verdict> Verdicts)
{
    /// <summary>Whether every toy of the caption has a verdict of its own that agrees in what <paramref name="agrees"/> asks.</summary>
    public bool Follows(Func<Toy, Verdict, bool> agrees)
    {
        // Few toys: a greedy match could miss one that exists, so all orders are tried.
        return Orders(Verdicts.Count).Any(order => order.Length >= Scene.Toys.Count && Scene.Toys.Index().All(toy => agrees(toy.Item, Verdicts[order[toy.Index]])));
    }

    static IEnumerable<int[]> Orders(int count) => count == 0 ? [[]]
        : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count).Select(place => (int[])[.. order[..place], count - 1, .. order[place..]]));
}

/// <summary>How well a checkpoint draws what captions say, by the judge.</summary>
public sealed class CaptionFollowing(Func<StableDiffusion> load, Judge judge, int workers)
{
    const int Batch = 10;

    /// <summary>Guidance of the drawings.</summary>
    /// <value>The default value is 5.</value>
    public double Guidance { get; init; } = 5;

    /// <summary>Sampler steps (DDIM).</summary>
    /// <value>The default value is 50.</value>
    public int Steps { get; init; } = 50;

    /// <summary>Draws the captions of the scenes of consecutive seeds, none left out. The noise has the scene's seed.</summary>
    /// <param name="firstSeed">Seed of the first scene.</param>
    /// <param name="count">How many.</param>
    /// <param name="toys">Toys in each.</param>
    /// <param name="stop">Cancels.</param>
    public IReadOnlyList<DrawnCaption> Draw(ulong firstSeed, int count, int toys, CancellationToken stop = default)
    {
        var settings = new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = toys };
        var scenes = Enumerable.Range(0, count).Select(i => SceneComposer.Compose(firstSeed + (ulong)i, settings)).ToArray();
        var drawn = new DrawnCaption[count];
        using var threads = new WorkerThreads(workers);
        threads.Run(worker =>
        {
            using var model = load();
            var painter = new TextToImage(model, []);
            var (from, share) = threads.Share(worker, count);
            foreach (var some in Enumerable.Range((int)from, (int)share).Chunk(Batch))
            {
                var pictures = painter.GenerateAll([.. some.Select(i => new GenerationSettings
                {
                    Prompt = scenes[i].Caption, Seed = (long)firstSeed + i, Steps = Steps, Guidance = Guidance,
                })], null, stop);
                foreach (var (i, picture) in some.Zip(pictures))
                {
                    var image = new RgbImage(picture.Width, picture.Height, picture.Rgb);
                    drawn[i] = new DrawnCaption(scenes[i], image, toys == 1 ? judge.Of([image]) : Parts(model, image, toys, stop));
                }
            }
        });
        return drawn;
    }

    // The things that localization finds in the drawing, the largest first, things that touch parted into as many as the caption has; more than any caption has are
    // not asked for.
    IReadOnlyList<Verdict> Parts(StableDiffusion model, RgbImage image, int toys, CancellationToken stop)
    {
        var settings = ExtractionSettings.Express with { MinConcepts = toys, MaxConcepts = SceneSettings.MostToys };
        var found = new ConceptExtractor(model).Locate(Picture.FromRgb(image.Width, image.Height, image.Pixels), settings, null, stop);
        return judge.OfParts(found.Select(concept => (image, Enlarged(concept.Mask, image))));
    }

    static GrayImage Enlarged(GridMask mask, RgbImage image)
    {
        var large = new Mask(mask.Width, mask.Height, mask.Cells).Resize(image.Width, image.Height);
        return new GrayImage(large.Width, large.Height, [.. large.Pixels.ToArray().Select(inside => inside ? byte.MaxValue : (byte)0)]);
    }
}
