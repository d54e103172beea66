using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text.Prompts;

namespace ConceptExpress.Jobs;

/// <summary>Checks prompts before a checkpoint is read.</summary>
static class PromptCheck
{
    /// <summary>Returns settings in whose prompts <c>embedding:NAME</c> has become <c>&lt;NAME&gt;</c>.</summary>
    /// <exception cref="SettingsException">A prompt has syntax that is not supported.</exception>
    public static GenerationSettings Resolved(GenerationSettings settings, IReadOnlyList<ConceptWord> words)
    {
        string[] tokens = [.. words.Select(word => word.Token)];
        string Prompt(string text)
        {
            var resolved = PromptWords.Resolve(text, settings.Syntax, tokens);
            ParsedPrompt.Parse(resolved, settings.Syntax, tokens);
            return resolved;
        }
        return settings with { Prompt = Prompt(settings.Prompt), NegativePrompt = Prompt(settings.NegativePrompt) };
    }

    /// <summary>Refuses unknown words.</summary>
    /// <exception cref="SettingsException">There is an unknown word.</exception>
    public static void RequireKnown(IReadOnlyList<string> unknown, IReadOnlyList<ConceptWord> known)
    {
        if (unknown.Count == 0) return;
        throw new SettingsException(known.Count == 0
            ? $"the prompt has {string.Join(" and ", unknown)}, but no words are given; name a folder of concepts or an embedding file."
            : $"no concept is called {string.Join(" or ", unknown)}; the words here are "
                + $"{string.Join(", ", known.Select(word => word.Token))}.");
    }
}
