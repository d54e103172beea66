using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;

namespace ConceptExpress.Extraction.Learning;

/// <summary>A prompt that tokens are trained with.</summary>
/// <param name="Text">"a photo of &lt;asset0&gt;", or several joined by " and ".</param>
/// <param name="Tokens">The tokens' numbers, in order of appearance.</param>
public sealed record TrainingPrompt(string Text, IReadOnlyList<int> Tokens)
{
    /// <summary>The published template.</summary>
    public static TrainingPrompt Of(params IReadOnlyList<int> tokens) =>
        new(PhotoPrompt.Of(tokens.Select(ConceptWord.NameOf)), tokens);

    /// <summary>One prompt per token.</summary>
    public static IReadOnlyList<TrainingPrompt> Singles(int tokens) => [.. Enumerable.Range(0, tokens).Select(t => Of(t))];

    /// <summary>
    /// One prompt with every concept or, where that does not fit the text positions, with a random choice of as many as fit (the end of
    /// a prompt that is cut would be trained on a mask that its words do not reach).
    /// </summary>
    public static TrainingPrompt Joint(int concepts, PromptEncoder prompts, IPassDraws draws)
    {
        var count = MostThatFit(concepts, prompts);
        return Of(count == concepts ? [.. Enumerable.Range(0, concepts)] : draws.Choose(count, concepts));
    }

    static int MostThatFit(int concepts, PromptEncoder prompts)
    {
        var count = concepts;
        while (count > 1 && prompts.Tokenize(Of([.. Enumerable.Range(0, count)]).Text).WasCut) count--;
        return count;
    }
}
