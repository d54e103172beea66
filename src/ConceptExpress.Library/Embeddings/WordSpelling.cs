using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Library.Embeddings;

/// <summary>How the words of an embedding file are written in prompts (docs/embeddings.md).</summary>
static partial class WordSpelling
{
    const int MaxLetters = 100;

    /// <summary>
    /// Returns a word for each of <paramref name="found"/>, all different. A single word is called as given; else as its key or the title
    /// says, if that is in angle brackets; else like the file. Of several words, each is called by its key, with the given word before it.
    /// </summary>
    /// <param name="found">The words of the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="given">The word that a person gave, in angle brackets; null if nobody did.</param>
    /// <param name="notes">Receives a sentence for each word that is not called what the file or the person says.</param>
    /// <exception cref="EmbeddingException">Two words would be called the same, or one would be too long.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyList<FoundWord> found, TensorFile file, string? given, List<string> notes)
    {
        var stem = Path.GetFileNameWithoutExtension(file.Path);
        IReadOnlyList<string> words = found is [{ Key: var key }]
            ? [given ?? new[] { key, file.Title }.FirstOrDefault(IsWord) ?? Made(key?.Contains('<') == true ? key : stem)]
            : [.. found.Select(word => Prefixed(given, word.Key is { } name ? Made(name) : Made(stem)))];
        if (words.CountBy(word => word).FirstOrDefault(word => word.Value > 1).Key is { } twice)
            throw new EmbeddingException(
                $"{file.Path} has several words that would all be called {twice}; name a file with one of them.");
        if (words.FirstOrDefault(word => !ConceptNames.IsToken(word)) is { } wrong)
            throw new EmbeddingException(
                $"a word of {file.Path} would be called {wrong}, longer than {MaxLetters} characters; give it a shorter name.");
        return words;

        string Made(string name)
        {
            if (IsWord(name)) return name;
            var plain = Unfit().Replace(name.Trim('<', '>'), "-").Trim('-');
            if (plain.Length > MaxLetters) plain = plain[..MaxLetters];
            if (plain.Length == 0) plain = "embedding";
            if (plain != name)
                notes.Add(
                    $"{CheckpointException.Quoted(name)} of {file.Path} is called <{plain}> here, because words have at most {MaxLetters} "
                    + "characters, and no spaces or brackets.");
            return $"<{plain}>";
        }
    }

    static string Prefixed(string? given, string word) =>
        given is null ? word : $"<{ConceptNames.NameOf(given)}-{ConceptNames.NameOf(word)}>";

    static bool IsWord(string? text) => text is not null && ConceptNames.IsToken(text) && !Unfit().IsMatch(text[1..^1]);

    // White space, brackets, control characters, and halves of characters.
    [GeneratedRegex(@"[<>\s\p{C}]+")]
    private static partial Regex Unfit();
}
