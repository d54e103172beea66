using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs;

/// <summary>Finds the words that a picture was drawn with.</summary>
/// <param name="picture">The path of the picture, for messages.</param>
/// <param name="given">Words of folders and files that a person named.</param>
sealed class RecordedWords(string picture, IReadOnlyList<ConceptVocabulary.Entry> given)
{
    /// <summary>
    /// Returns a word as the picture called it: from a given file with the recorded content, else from where the record says that it was.
    /// </summary>
    /// <exception cref="EmbeddingException">
    /// The word's file is gone, or it and the given words of the same name have other content than recorded.
    /// </exception>
    public ConceptVocabulary.Entry Find(PictureConcept concept)
    {
        if (concept is not { File: { } file, Sha256: { } sha256 })
            throw new EmbeddingException(
                $"{picture} does not say in which file {concept.Token} was; draw it again from its prompt and settings.");
        if (given.FirstOrDefault(entry => EmbeddingFile.Digest(FileOf(entry)) == sha256 && IsSame(entry, concept)) is { } same)
            return Called(concept, same.Word, same.Source, same.Original);
        if (given.FirstOrDefault(entry => entry.Original == concept.Original) is { } other)
            throw new EmbeddingException(
                $"{concept.Original} of {other.Source.Path} is not the word that {picture} was drawn with: its file has other content; "
                + "name the folder or file that was used.");
        if (!LocalModels.IsOnThisMachine(file) || !File.Exists(file))
            throw new EmbeddingException(
                $"{file}, with the word {concept.Token} of {picture}, is not on this machine; name the folder or file that has it now.");
        var read = EmbeddingFile.Read(file);
        if (read.Sha256 != sha256)
            throw new EmbeddingException(
                $"{file} is not as it was when {picture} was drawn with its word {concept.Token}; name the folder or file that has that "
                + "word now.");
        var word = read.Words.FirstOrDefault(each => read.Words.Count == 1 || IsNamed(each.Token, concept))
            ?? throw new EmbeddingException($"{file} has no word {concept.Original}, which {picture} was drawn with; name its file.");
        return Called(concept, word, WordSource.Of(read), word.Token);
    }

    static string FileOf(ConceptVocabulary.Entry entry) => entry.Source.FileOf(entry.Original);

    // Several words of one file have the same content.
    static bool IsSame(ConceptVocabulary.Entry entry, PictureConcept concept) =>
        entry.Source.Folder is not null || entry.Source.Words.Count == 1 || IsNamed(entry.Original, concept);

    // A word that was given to the file stood before the names of its words.
    static bool IsNamed(string token, PictureConcept concept) => token == concept.Original
        || concept.Original.EndsWith($"-{ConceptNames.NameOf(token)}>", StringComparison.Ordinal);

    static ConceptVocabulary.Entry Called(PictureConcept concept, ConceptWord word, WordSource source, string original) =>
        new(word with { Token = concept.Token }, source, original);
}
