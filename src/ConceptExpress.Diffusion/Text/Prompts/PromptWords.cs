using System.Text.RegularExpressions;

namespace ConceptExpress.Diffusion.Text.Prompts;

/// <summary>Concept words in prompts: <c>&lt;NAME&gt;</c> and, as ComfyUI writes them, <c>embedding:NAME</c>.</summary>
static partial class PromptWords
{
    const int MaxLetters = 100;

    /// <summary>
    /// Returns a prompt in which every <c>embedding:NAME</c> has become <c>&lt;NAME&gt;</c>, whether it is known or not; a plain prompt
    /// does not change. A name ends at white space, a comma or a bracket; an extension (<c>.pt</c>) and punctuation after a known name do
    /// not belong to it.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="syntax">How the prompt is read.</param>
    /// <param name="words">The concept words.</param>
    /// <exception cref="SettingsException">The prompt has syntax that is not supported, or a name is too long.</exception>
    public static string Resolve(string prompt, PromptSyntax syntax, IReadOnlyCollection<string> words)
    {
        if (syntax == PromptSyntax.Plain) return prompt;
        UnsupportedSyntax.Refuse(PromptAtom.Split(prompt, Unsplit(words)), syntax);
        return EmbeddingName().Replace(prompt, match =>
        {
            var written = Escaped().Replace(match.Groups["name"].Value, "$1");
            var name = Readings(written).FirstOrDefault(reading => words.Contains($"<{reading.Name}>"), Unknown(written));
            SettingsCheck.Rule(name.Name.Length <= MaxLetters,
                $"'{ParsedPrompt.Shortened(match.Value)}' in the prompt is no word: words have at most {MaxLetters} characters.");
            return $"<{name.Name}>{name.After}";
        });
    }

    /// <summary>Finds concept words in a prompt.</summary>
    public static UnsplitWords Unsplit(IEnumerable<string> words) =>
        new(words.Select((word, i) => KeyValuePair.Create(word, i)));

    // The longest names first: all that is written, then without what may follow a name. Each also without a file's extension.
    static IEnumerable<(string Name, string After)> Readings(string written)
    {
        for (var length = written.Length; length > 0; length--)
        {
            var (name, after) = (written[..length], written[length..]);
            if (after.Length > 0 && !AfterName().IsMatch(after)) continue;
            yield return (name, after);
            if (Extension().Match(name) is { Success: true } extension) yield return (name[..extension.Index], after);
        }
    }

    static (string Name, string After) Unknown(string written)
    {
        var name = written.Split(':')[0].TrimEnd('.', ';', '!', '?');
        return name.Length > 0 ? (name, written[name.Length..]) : (written, "");
    }

    [GeneratedRegex(@"(?<![\p{L}\p{N}_<])embedding:(<(?<name>[^<>\s]+)>|(?<name>(\\[()\[\]]|[^\s,()\[\]<>\\])+))",
        RegexOptions.ExplicitCapture)]
    private static partial Regex EmbeddingName();

    [GeneratedRegex(@"\\([()\[\]])")]
    private static partial Regex Escaped();

    // Punctuation, the weight in "(embedding:cat:1.3)", or the end of "embedding:cat's".
    [GeneratedRegex(@"^([.;:!?'""]+|:.*|'\w+)\z")]
    private static partial Regex AfterName();

    [GeneratedRegex(@"\.(safetensors|pt|bin)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Extension();
}
