using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Concepts;

/// <summary>Writes words of embedding files as a concept folder, which is read like that of an extraction.</summary>
static class ImportedFolderWriter
{
    /// <summary>Writes the files into an empty folder and returns the manifest.</summary>
    /// <param name="folder">The path of the folder.</param>
    /// <param name="words">The words, all from embedding files.</param>
    /// <param name="prefix">The prefix of the folder.</param>
    /// <param name="model">The checkpoint that the words were checked with; null if there was none.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="OutputException">An embedding file cannot be written.</exception>
    public static ConceptManifest Write(string folder, ConceptVocabulary words, string prefix, ModelRecord? model)
    {
        Directory.CreateDirectory(Path.Combine(folder, ResultNames.Embeddings));
        var concepts = new List<ConceptRecord>();
        foreach (var entry in words.Entries)
        {
            var name = ConceptNames.FileNameFor(entry.Word.Token, [.. concepts.Select(concept => concept.Name)]);
            var origin = entry.Source.Imported!;
            var record = new ConceptRecord(name, entry.Word.Token, null, null, null, ResultNames.Embedding(name), [],
                origin);
            EmbeddingWriter.Write(Path.Combine(folder, record.Embedding!), entry.Word, EmbeddingMetadata.Of(entry.Word, origin));
            concepts.Add(record);
        }
        var manifest = new ConceptManifest
        {
            Schema = ConceptManifest.CurrentSchema,
            Prefix = prefix,
            Image = null,
            Model = model,
            Settings = null,
            GivenMasks = false,
            Learned = true,
            Concepts = concepts,
        };
        LibraryJson.Write(Path.Combine(folder, ResultNames.Manifest), manifest);
        return manifest;
    }
}
