using ConceptExpress.Diffusion;

namespace ConceptExpress.Library.Concepts;

/// <summary>The words of several concept folders together, no two alike.</summary>
public sealed class ConceptVocabulary
{
    /// <summary>A word and where it came from.</summary>
    /// <param name="Word">As prompts say it.</param>
    /// <param name="Folder">The folder that brought it.</param>
    /// <param name="Original">As the folder says it.</param>
    public sealed record Entry(ConceptWord Word, ConceptFolder Folder, string Original);

    readonly List<Entry> entries = [];

    /// <summary>
    /// The words of the folders in order. A folder that brings a word which is taken has all its words told apart by its prefix:
    /// <c>&lt;asset0&gt;</c> becomes <c>&lt;prefix-asset0&gt;</c>, or <c>&lt;prefix2-asset0&gt;</c> where that is taken too.
    /// </summary>
    public static ConceptVocabulary Of(IEnumerable<ConceptFolder> folders)
    {
        var vocabulary = new ConceptVocabulary();
        foreach (var folder in folders) vocabulary.Add(folder);
        return vocabulary;
    }

    public IReadOnlyList<Entry> Entries => entries;

    public IReadOnlyList<ConceptWord> Words => [.. entries.Select(entry => entry.Word)];

    /// <summary>The concept words in a prompt that nothing here stands for, each once; but for <see cref="NearMissesIn"/>.</summary>
    public IReadOnlyList<string> UnknownIn(string prompt) => [.. ConceptNames.WordsIn(prompt).Distinct().Where(word => !entries.Exists(entry => IsLike(entry.Word.Token, word)))];

    /// <summary>What a prompt holds that is nearly a word and none: <c>asset0</c>, <c>&lt;Asset0&gt;</c>, <c>&lt; asset0 &gt;</c>; with the word that may be meant.</summary>
    public IReadOnlyList<(string Written, string Word)> NearMissesIn(string prompt) =>
    [
        .. entries.Select(entry => entry.Word.Token)
            // The plain word beside the concept's, "a <cat> cat", is meant so.
            .SelectMany(token => ConceptNames.NearlyIn(prompt, token).Where(written => written.Contains('<') || !prompt.Contains(token, StringComparison.Ordinal))
                .Select(written => (written, token)))
            .Where(miss => !Knows(miss.written)).Distinct(),
    ];

    static bool IsLike(string token, string word) => token.Equals(word, StringComparison.OrdinalIgnoreCase);

    void Add(ConceptFolder folder)
    {
        var spelling = Spellings(folder.Manifest.Prefix).First(spell => folder.Words.All(word => !Knows(spell(word.Token))));
        entries.AddRange(folder.Words.Select(word => new Entry(word with { Token = spelling(word.Token) }, folder, word.Token)));
    }

    static IEnumerable<Func<string, string>> Spellings(string prefix)
    {
        yield return token => token;
        for (var n = 1; ; n++)
        {
            var distinct = n == 1 ? prefix : $"{prefix}{n}";
            yield return token => $"<{distinct}-{ConceptNames.NameOf(token)}>";
        }
    }

    bool Knows(string token) => entries.Exists(entry => entry.Word.Token == token);
}
