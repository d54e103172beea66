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

    /// <summary>The concept words in a prompt that nothing here stands for, each once.</summary>
    public IReadOnlyList<string> UnknownIn(string prompt) => [.. ConceptNames.WordsIn(prompt).Distinct().Where(word => !Knows(word))];

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
