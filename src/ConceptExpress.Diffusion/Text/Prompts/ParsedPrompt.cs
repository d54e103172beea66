using System.Globalization;

namespace ConceptExpress.Diffusion.Text.Prompts;

/// <summary>A text with one weight.</summary>
/// <param name="Text">The text, which may contain concept words. Nothing in it is syntax.</param>
/// <param name="Weight">How much it counts; 1 is as usual.</param>
readonly record struct WeightedText(string Text, double Weight);

/// <summary>A prompt without its syntax.</summary>
/// <param name="Sections">At least one section; each begins a new chunk. A section may have no texts.</param>
/// <param name="Syntax">How the prompt was read.</param>
sealed record ParsedPrompt(IReadOnlyList<IReadOnlyList<WeightedText>> Sections, PromptSyntax Syntax)
{
    const double MaxWeight = 100;

    /// <summary>Reads a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="syntax">How to read it.</param>
    /// <param name="words">The concept words that it may contain.</param>
    /// <exception cref="SettingsException">
    /// The prompt has syntax that is not supported, or a weight beyond -100 to 100; the message names it.
    /// </exception>
    public static ParsedPrompt Parse(string prompt, PromptSyntax syntax, IReadOnlyCollection<string> words)
    {
        prompt = PromptWords.Resolve(prompt, syntax, words);
        if (syntax == PromptSyntax.Plain) return new ParsedPrompt([[new WeightedText(prompt, 1)]], syntax);
        var atoms = PromptAtom.Split(prompt, PromptWords.Unsplit(words));
        var parsed = new ParsedPrompt(
            syntax == PromptSyntax.A1111 ? A1111Prompt.Parse(atoms) : [ComfyPrompt.Parse(atoms)], syntax);
        foreach (var (text, weight) in parsed.Sections.SelectMany(section => section))
            SettingsCheck.Rule(Math.Abs(weight) <= MaxWeight,
                string.Create(CultureInfo.InvariantCulture,
                $"'{Shortened(text)}' in the prompt has the weight {weight:0.###}; use weights from -{MaxWeight} to {MaxWeight}."));
        return parsed;
    }

    /// <summary>Returns at most 40 characters of a text, for messages.</summary>
    public static string Shortened(string text) => text.Length <= 40 ? text : text[..39] + "…";
}
