using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Drawing;

/// <summary>Draws pictures of learned words: of one word alone (method 4, SIM^I), or of all together (method 4, SIM^C).</summary>
/// <param name="model">The checkpoint that the words were learned on.</param>
/// <param name="words">The words, with their vectors.</param>
/// <param name="sampling">The sampler, its steps and the guidance.</param>
/// <param name="seed">The seed of picture 0 of every prompt; picture i has this seed + i.</param>
/// <param name="batch">The number of pictures drawn at once, 1 or more. More than one may change the results by rounding errors.</param>
sealed class ConceptPainter(StableDiffusion model, IReadOnlyList<ConceptWord> words, SamplingSettings sampling, long seed, int batch = 1)
{
    readonly TextToImage painter = new(model, words);

    /// <summary>The number of words, from the first on, that fit into one prompt. At least 1 if there are any.</summary>
    public int Fitting
    {
        get
        {
            var count = words.Count;
            while (count > 1 && !painter.Fits(Prompt(words.Take(count)))) count--;
            return count;
        }
    }

    /// <summary>The number of UNet evaluations per picture.</summary>
    public int Evaluations => painter.Evaluations(sampling);

    /// <summary>Draws pictures of one word: "a photo of &lt;asset0&gt;".</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<RgbImage> Alone(ConceptWord word, int count, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default) =>
        Draw(Prompt([word]), count, progress, stop);

    /// <summary>Draws pictures of the first <see cref="Fitting"/> words together: "a photo of &lt;asset0&gt; and &lt;asset1&gt;".</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<RgbImage> Together(int count, IProgress<ProgressEvent>? progress = null, CancellationToken stop = default) =>
        Draw(Prompt(words.Take(Fitting)), count, progress, stop);

    /// <summary>Draws pictures of several things: "a photo of &lt;asset0&gt; and a blue ball".</summary>
    /// <param name="things">Words or phrases, one or more.</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="progress">Receives the steps; null for none.</param>
    /// <param name="stop">Cancels the drawing.</param>
    /// <exception cref="SettingsException">They do not fit into one prompt.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<RgbImage> Things(IReadOnlyList<string> things, int count, IProgress<ProgressEvent>? progress = null,
        CancellationToken stop = default)
    {
        var prompt = PhotoPrompt.Of(things);
        SettingsCheck.Rule(painter.Fits(prompt),
            $"\"{prompt}\" does not fit the {model.PromptPositions} tokens that {model.Name} reads; use shorter phrases, or fewer "
                + "vectors.");
        return Draw(prompt, count, progress, stop);
    }

    IReadOnlyList<RgbImage> Draw(string prompt, int count, IProgress<ProgressEvent>? progress, CancellationToken stop) =>
    [
        .. Enumerable.Range(0, count).Chunk(batch).SelectMany(some =>
            painter.GenerateAll([.. some.Select(i => Settings(prompt, seed + i))], progress, stop)),
    ];

    GenerationSettings Settings(string prompt, long seed) =>
        new() { Prompt = prompt, Syntax = PromptSyntax.Plain, Seed = seed, Sampling = sampling };

    static string Prompt(IEnumerable<ConceptWord> words) => PhotoPrompt.Of(words.Select(word => word.Token));
}
