using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Pictures generated from learned words.</summary>
/// <param name="OfConcepts">Per concept.</param>
/// <param name="Joint">Of all concepts together, as many as fit the prompt.</param>
sealed record Samples(IReadOnlyList<IReadOnlyList<RgbImage>> OfConcepts, IReadOnlyList<RgbImage> Joint)
{
    public static Samples None { get; } = new([], []);
}

/// <summary>Draws learned words to be judged: each by itself, and all of them together (method 4).</summary>
sealed class SamplePainter(StableDiffusion model, ConceptSet learned, SamplePlan plan, long seed)
{
    const int SmallLatent = 32 * 32, Batch = 8;

    readonly TextToImage painter = new(model, [.. learned.Concepts.Select(concept => new ConceptWord(concept.Token, concept.Embedding))]);

    /// <summary>Sample i of every prompt has the extraction's seed + i.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Samples Paint(CancellationToken stop) => learned.Concepts.Count == 0 ? Samples.None
        : new([.. learned.Concepts.Select(concept => Draw(Prompt([concept]), stop))], Draw(JointPrompt(), stop));

    string JointPrompt()
    {
        var count = learned.Concepts.Count;
        while (count > 1 && !painter.Fits(Prompt(learned.Concepts.Take(count)))) count--;
        return Prompt(learned.Concepts.Take(count));
    }

    List<RgbImage> Draw(string prompt, CancellationToken stop)
    {
        var cells = Math.Pow((double)model.TrainedResolution / model.Downscale, 2);
        return [.. Enumerable.Range(0, plan.Count).Chunk(cells <= SmallLatent ? Batch : 1)
            .SelectMany(some => painter.GenerateAll([.. some.Select(i => new GenerationSettings
            {
                Prompt = prompt, Seed = seed + i, Sampler = plan.Sampler, Steps = plan.Steps, Guidance = plan.Guidance,
            })], null, stop))
            .Select(picture => new RgbImage(picture.Width, picture.Height, picture.Rgb))];
    }

    static string Prompt(IEnumerable<Concept> concepts) => "a photo of " + string.Join(" and ", concepts.Select(concept => concept.Token));
}
