using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>Draws what learned words mean: each by itself, and all of them together (method 4).</summary>
/// <param name="model">The checkpoint.</param>
/// <param name="words">The words.</param>
/// <param name="sampling">How noise becomes a picture.</param>
/// <param name="seed">Picture i of every prompt has this seed + i.</param>
/// <param name="batch">Pictures drawn at once, 1 or more; more than one may change last digits.</param>
public sealed class ConceptPainter(StableDiffusion model, IReadOnlyList<ConceptWord> words, SamplingSettings sampling, long seed, int batch = 1)
{
    readonly TextToImage painter = new(model, words);

    /// <summary>How many of the words, from the first on, fit one prompt.</summary>
    public int Fitting
    {
        get
        {
            var count = words.Count;
            while (count > 1 && !painter.Fits(Prompt(words.Take(count)))) count--;
            return count;
        }
    }

    /// <summary>How often the UNet is evaluated for a picture.</summary>
    public int Evaluations => painter.Evaluations(sampling);

    /// <summary>Pictures of one word.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<RgbImage> Alone(ConceptWord word, int count, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Draw(Prompt([word]), count, progress, stop);

    /// <summary>Pictures of all words together, as many as fit the prompt.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<RgbImage> Together(int count, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Draw(Prompt(words.Take(Fitting)), count, progress, stop);

    IReadOnlyList<RgbImage> Draw(string prompt, int count, IProgress<ProgressEvent>? progress, CancellationToken stop) =>
    [
        .. Enumerable.Range(0, count).Chunk(batch).SelectMany(some =>
            painter.GenerateAll([.. some.Select(i => new GenerationSettings { Prompt = prompt, Seed = seed + i, Sampling = sampling })], progress, stop)),
    ];

    static string Prompt(IEnumerable<ConceptWord> words) => PhotoPrompt.Of(words.Select(word => word.Token));
}
