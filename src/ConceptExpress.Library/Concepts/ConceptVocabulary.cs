using ConceptExpress.Diffusion;
using ConceptExpress.Library.Embeddings;

namespace ConceptExpress.Library.Concepts;

/// <summary>Words from one place.</summary>
/// <param name="Path">The path of the folder or file.</param>
/// <param name="Prefix">Prepended to its words if another place defines one of them too.</param>
/// <param name="Words">The words, all different.</param>
/// <param name="Folder">The manifest of the concept folder; null for an embedding file.</param>
/// <param name="Imported">The record of the embedding file; null for a concept folder.</param>
sealed record WordSource(
    string Path, string Prefix, IReadOnlyList<ConceptWord> Words, ConceptManifest? Folder = null, ImportRecord? Imported = null)
{
    /// <summary>The words of a concept folder.</summary>
    public static WordSource Of(ConceptFolder folder) => new(folder.Path, folder.Manifest.Prefix, folder.Words, folder.Manifest);

    /// <summary>The words of an embedding file.</summary>
    public static WordSource Of(EmbeddingFile file) =>
        new(file.Path, ConceptNames.PrefixFor(file.Name), file.Words, Imported: new ImportRecord(file.Name, file.Sha256));

    /// <summary>Returns the full path of the file with the vectors of a word of this place.</summary>
    public string FileOf(string token) => System.IO.Path.GetFullPath(Folder is null
        ? Path
        : System.IO.Path.Combine(Path, Folder.Concepts.First(concept => concept.Token == token).Embedding!));

    /// <summary>Returns the embedding file that a word of this place came from; null if it was learned from the folder's picture.</summary>
    public ImportRecord? ImportOf(string token) =>
        Imported ?? Folder?.Concepts.FirstOrDefault(concept => concept.Token == token)?.Imported;
}

/// <summary>The words of several concept folders and embedding files. All words are different.</summary>
sealed class ConceptVocabulary
{
    /// <summary>A word and its origin.</summary>
    /// <param name="Word">The word for prompts, with its vectors.</param>
    /// <param name="Source">The folder or file that the word comes from.</param>
    /// <param name="Original">The word there, without an added prefix.</param>
    public sealed record Entry(ConceptWord Word, WordSource Source, string Original);

    readonly List<Entry> entries = [];

    /// <summary>
    /// Combines the words of the sources, in order. If an earlier source already has a word of a source, that source's prefix is added to
    /// all its words: <c>&lt;asset0&gt;</c> becomes <c>&lt;prefix-asset0&gt;</c>, or <c>&lt;prefix2-asset0&gt;</c> if that is taken too. A
    /// word that begins with the prefix already gets only the number.
    /// </summary>
    public static ConceptVocabulary Of(IEnumerable<WordSource> sources)
    {
        var vocabulary = new ConceptVocabulary();
        foreach (var source in sources) vocabulary.Add(source);
        return vocabulary;
    }

    /// <summary>The folders and files, in order.</summary>
    public IReadOnlyList<WordSource> Sources => [.. entries.Select(entry => entry.Source).Distinct()];

    /// <summary>The words with their origins, in the order of the sources.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>Sentences about the sources whose words are called otherwise here.</summary>
    public IEnumerable<string> Renamings =>
        entries.Where(entry => entry.Word.Token != entry.Original).GroupBy(entry => entry.Source).Select(renamed =>
            $"The words of {renamed.Key.Path} are called {string.Join(", ", renamed.Select(entry => entry.Word.Token))} here, because "
            + "an earlier folder or file defines the same ones.");

    /// <summary>The words for prompts, in the same order.</summary>
    public IReadOnlyList<ConceptWord> Words => [.. entries.Select(entry => entry.Word)];

    /// <summary>Returns a prompt in which short forms of words (<see cref="ConceptNames.Meant"/>) are replaced by the words.</summary>
    public string InFull(string prompt) => ConceptNames.InFull(prompt, Tokens);

    /// <summary>Sentences about the short forms in a prompt.</summary>
    public IEnumerable<string> ShortFormsIn(string prompt) => ConceptNames.WordsIn(prompt).Distinct()
        .Select(written => (written, word: ConceptNames.Meant(written, Tokens)))
        .Where(each => each.word is not null && each.word != each.written)
        .Select(each => $"{each.written} stands for {each.word}.");

    string[] Tokens => [.. entries.Select(entry => entry.Word.Token)];

    /// <summary>
    /// Returns the words in a prompt that are not in this vocabulary, each once. Words that differ only in capitals are left to
    /// <see cref="NearMissesIn"/>.
    /// </summary>
    public IReadOnlyList<string> UnknownIn(string prompt) =>
        [.. ConceptNames.WordsIn(prompt).Distinct().Where(word => !Tokens.SelectMany(FormsOf).Any(form => IsLike(form, word)))];

    /// <summary>
    /// Returns misspelled words in a prompt (<c>asset0</c>, <c>&lt;Asset0&gt;</c>, <c>&lt; asset0 &gt;</c>), each with the word that was
    /// probably meant.
    /// </summary>
    public IReadOnlyList<(string Written, string Word)> NearMissesIn(string prompt) =>
    [
        .. Tokens.SelectMany(word => FormsOf(word).SelectMany(form => ConceptNames.NearlyIn(prompt, form)
                // A plain word beside the concept's word, as in "a <cat> cat", is intended.
                .Where(written => written.Contains('<') || !prompt.Contains(word, StringComparison.Ordinal))
                .Select(written => (written, word))))
            .Where(miss => !Knows(miss.written)).Distinct(),
    ];

    // The word itself, and its usual short form if no other word ends so.
    IEnumerable<string> FormsOf(string word) => new[] { word, ConceptNames.UsualShortForm(word) }.OfType<string>()
        .Where(form => ConceptNames.Meant(form, Tokens) == word);

    static bool IsLike(string token, string word) => token.Equals(word, StringComparison.OrdinalIgnoreCase);

    void Add(WordSource source)
    {
        var spelling = Spellings(source.Prefix).First(spell => source.Words.All(word => !Knows(spell(word.Token))));
        entries.AddRange(source.Words.Select(word => new Entry(word with { Token = spelling(word.Token) }, source, word.Token)));
    }

    static IEnumerable<Func<string, string>> Spellings(string prefix)
    {
        yield return token => token;
        for (var n = 1; ; n++)
        {
            var distinct = n == 1 ? prefix : $"{prefix}{n}";
            yield return token => $"<{distinct}-{Unprefixed(ConceptNames.NameOf(token), prefix)}>";
        }
    }

    static string Unprefixed(string name, string prefix) =>
        name.StartsWith($"{prefix}-", StringComparison.Ordinal) ? name[(prefix.Length + 1)..] : name;

    bool Knows(string token) => entries.Exists(entry => entry.Word.Token == token);
}
