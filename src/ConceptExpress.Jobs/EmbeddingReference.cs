using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;

namespace ConceptExpress.Jobs;

/// <summary>An embedding file in a request.</summary>
/// <param name="Path">The path of the file, of any layout that <see cref="EmbeddingFile"/> reads.</param>
/// <param name="Word">
/// What to call its word, with or without angle brackets; put before each word if the file has several. Null, the default, for what the
/// file says (<see cref="EmbeddingFile.Read"/>).
/// </param>
public sealed record EmbeddingReference(string Path, string? Word = null)
{
    /// <summary>
    /// Reads <c>FILE</c> or <c>FILE=WORD</c>, such as <c>cat.pt=&lt;tom&gt;</c>. The word is what follows the last equals sign, unless that
    /// has a dot or a slash, as the end of a path has; in angle brackets, a word may have dots.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The reference; null if the path or the word is empty, or if the word cannot be one.</returns>
    public static EmbeddingReference? Parse(string text)
    {
        var sign = text.LastIndexOf('=');
        var isWord = sign >= 0 && (text.EndsWith('>') || text.AsSpan(sign + 1).IndexOfAny('.', '/', '\\') < 0);
        if (!isWord) return text.Length > 0 ? new EmbeddingReference(text) : null;
        return sign > 0 && ConceptNames.TokenOf(text[(sign + 1)..]) is { } word ? new EmbeddingReference(text[..sign], word) : null;
    }

    /// <summary>Reads the file, and tells its words.</summary>
    /// <exception cref="SettingsException">The given word cannot be one.</exception>
    /// <exception cref="EmbeddingException">The file cannot be used.</exception>
    internal WordSource Open(JobContext context)
    {
        SettingsCheck.Rule(Word is null || ConceptNames.TokenOf(Word) is not null,
            $"'{Word}' cannot be the word of {Path}: a word has 1 to 100 characters, without spaces and angle brackets; choose another.");
        var file = EmbeddingFile.Read(Path, Word);
        context.Report(new Noted($"{Path} gives {string.Join(", ", file.Words.Select(Described))}."));
        foreach (var note in file.Notes) context.Report(new Warned(note));
        return WordSource.Of(file);
    }

    static string Described(ConceptWord word) =>
        word.Vectors.Count == 1 ? word.Token : $"{word.Token} ({word.Vectors.Count} vectors)";
}
