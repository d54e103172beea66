using ConceptExpress.Diffusion;

namespace ConceptExpress.Library.Concepts;

/// <summary>The words of several concept folders. All words are different.</summary>
sealed class ConceptVocabulary
{
    /// <summary>A word and its origin.</summary>
    /// <param name="Word">The word for prompts, with its vectors.</param>
    /// <param name="Folder">The folder that the word comes from.</param>
    /// <param name="Original">The word in that folder, without an added prefix.</param>
    public sealed record Entry(ConceptWord Word, ConceptFolder Folder, string Original);

    readonly List<Entry> entries = [];

    /// <summary>
    /// Combines the words of the folders, in order. If an earlier folder already has a word of a folder, that folder's prefix is added to
    /// all its words: <c>&lt;asset0&gt;</c> becomes <c>&lt;prefix-asset0&gt;</c>, or <c>&lt;prefix2-asset0&gt;</c> if that is taken too.
    /// </summary>
    public static ConceptVocabulary Of(IEnumerable<ConceptFolder> folders)
    {
        var vocabulary = new ConceptVocabulary();
        foreach (var folder in folders) vocabulary.Add(folder);
        return vocabulary;
    }

    /// <summary>The words with their origins, in the order of the folders.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>The words for prompts, in the same order.</summary>
    public IReadOnlyList<ConceptWord> Words => [.. entries.Select(entry => entry.Word)];

    /// <summary>
    /// Returns the words in a prompt that are not in this vocabulary, each once. Words that differ only in capitals are left to
    /// <see cref="NearMissesIn"/>.
    /// </summary>
    public IReadOnlyList<string> UnknownIn(string prompt) =>
        [.. ConceptNames.WordsIn(prompt).Distinct().Where(word => !entries.Exists(entry => IsLike(entry.Word.Token, word)))];

    /// <summary>
    /// Returns misspelled words in a prompt (<c>asset0</c>, <c>&lt;Asset0&gt;</c>, <c>&lt; asset0 &gt;</c>), each with the word that was
    /// probably meant.
    /// </summary>
    public IReadOnlyList<(string Written, string Word)> NearMissesIn(string prompt) =>
    [
        .. entries.Select(entry => entry.Word.Token)
            // A plain word beside the concept's word, as in "a <cat> cat", is intended.
            .SelectMany(token => ConceptNames.NearlyIn(prompt, token)
                .Where(written => written.Contains('<') || !prompt.Contains(token, StringComparison.Ordinal))
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
