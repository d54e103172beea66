using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Cli.Running;

/// <summary>Draws what the new words mean: each by itself, and all of them together.</summary>
sealed class PreviewPainter(StableDiffusion model, ConceptSet learned, PreviewSettings settings, long seed)
{
    readonly TextToImage painter = new(model, [.. learned.Concepts.Select(concept => new ConceptWord(concept.Token, concept.Embedding))]);

    /// <summary>Draws them; preview i of every prompt has the extraction's seed + i.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public PreviewSheet Paint(ProgressDisplay display, CancellationToken stop)
    {
        var joint = JointPrompt(display);
        display.Begin("Drawing previews", learned.Concepts.Count * settings.Count + (joint is null ? 0 : 1));
        var single = learned.Concepts.Select(concept => (IReadOnlyList<RgbImage>)
            [.. Enumerable.Range(0, settings.Count).Select(i => Draw(Prompt([concept]), i, display, stop))]).ToList();
        return new PreviewSheet(settings, single, joint is null ? null : Draw(joint, 0, display, stop));
    }

    string? JointPrompt(ProgressDisplay display)
    {
        if (learned.Concepts.Count < 2) return null;
        var prompt = Prompt(learned.Concepts);
        if (painter.Fits(prompt)) return prompt;
        display.Warn($"no preview shows all {learned.Concepts.Count} concepts together, because the prompt would be too long for {model.Name}.");
        return null;
    }

    RgbImage Draw(string prompt, int index, ProgressDisplay display, CancellationToken stop)
    {
        var picture = painter.Generate(new GenerationSettings
        {
            Prompt = prompt, Seed = seed + index, Sampler = settings.Sampler, Steps = settings.Steps, Guidance = settings.Guidance,
        }, stop: stop);
        display.Advance();
        return new RgbImage(picture.Width, picture.Height, picture.Rgb);
    }

    static string Prompt(IEnumerable<Concept> concepts) => "a photo of " + string.Join(" and ", concepts.Select(concept => concept.Token));
}
