using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Extraction.Learning;

/// <summary>A prompt for learning one or more tokens.</summary>
/// <param name="Text">"a photo of &lt;asset0&gt;". Several words are joined by " and ".</param>
/// <param name="Tokens">The tokens' numbers, counted from 0, in order of appearance.</param>
sealed record TrainingPrompt(string Text, IReadOnlyList<int> Tokens)
{
    /// <summary>Makes a prompt for these tokens from the published template, "a photo of ..." (published semantics 11).</summary>
    public static TrainingPrompt Of(WordNames names, params IReadOnlyList<int> tokens) =>
        new(PhotoPrompt.Of(tokens.Select(names.Of)), tokens);

    /// <summary>Makes one prompt per token.</summary>
    public static IReadOnlyList<TrainingPrompt> Singles(WordNames names, int tokens) =>
        [.. Enumerable.Range(0, tokens).Select(t => Of(names, t))];

    /// <summary>
    /// Makes one prompt with all concepts. If it does not fit the text positions, the prompt names a random choice of as many concepts as
    /// fit. Otherwise the end of the prompt would be cut off, and the mask would contain concepts that the model cannot read.
    /// </summary>
    public static TrainingPrompt Joint(WordNames names, int concepts, PromptEncoder prompts, IPassDraws draws)
    {
        var count = MaxThatFit(names, concepts, prompts);
        return Of(names, count == concepts ? [.. Enumerable.Range(0, concepts)] : draws.Choose(count, concepts));
    }

    static int MaxThatFit(WordNames names, int concepts, PromptEncoder prompts)
    {
        var count = concepts;
        while (count > 1 && prompts.Tokenize(Of(names, [.. Enumerable.Range(0, count)]).Text).WasCut) count--;
        return count;
    }
}
