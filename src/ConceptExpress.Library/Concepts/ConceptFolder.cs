using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// A folder of learned concepts, read from disk. People edit such folders and pass them on, so <see cref="Open"/> and
/// <see cref="ReadManifest"/> do not trust them.
/// </summary>
/// <param name="Path">The path of the folder, as it was given.</param>
/// <param name="Manifest">The content of its <c>concepts.json</c>.</param>
/// <param name="Words">The words of its learned concepts with their vectors, in the manifest's order.</param>
public sealed record ConceptFolder(string Path, ConceptManifest Manifest, IReadOnlyList<ConceptWord> Words)
{
    const long MaxManifestBytes = 16 << 20;

    /// <summary>Reads a folder that an extraction or an import wrote: its manifest and the vectors of its words.</summary>
    /// <param name="path">The path of the folder.</param>
    /// <returns>The folder, with 1 or more words.</returns>
    /// <exception cref="ConceptFolderException">
    /// The manifest is missing or not valid, the folder has no learned words, or an embedding file is missing, damaged or outside the
    /// folder.
    /// </exception>
    public static ConceptFolder Open(string path)
    {
        var manifest = ReadManifest(path);
        var learned = manifest.Concepts.Where(concept => concept.Embedding is not null).ToList();
        if (learned.Count == 0)
            throw new ConceptFolderException(
                $"{path} has no learned words: its concepts were only located, or none was found; extract the concepts of a picture "
                + "first.");
        return new ConceptFolder(path, manifest,
            [.. learned.Select(concept => Word(concept, Inside(path, concept)))]);
    }

    static ConceptWord Word(ConceptRecord concept, string path)
    {
        try
        {
            return EmbeddingFile.Read(path).Words is [var only]
                ? only with { Token = concept.Token }
                : throw new ConceptFolderException($"{path} has several words, but the file of a concept has one; name another file.");
        }
        catch (EmbeddingException e)
        {
            throw new ConceptFolderException(e.Message, e);
        }
    }

    /// <summary>
    /// Reads only <c>concepts.json</c>, which may have up to 16 MiB. Checks the schema, the prefix, and the names and words of the
    /// concepts. Does not check the ranges of the settings, nor whether the paths are inside the folder.
    /// </summary>
    /// <param name="path">The path of the folder.</param>
    /// <exception cref="ConceptFolderException">
    /// The file is missing, unreadable, too large or not valid, or two concepts have the same word.
    /// </exception>
    public static ConceptManifest ReadManifest(string path)
    {
        var file = System.IO.Path.Combine(path, ResultNames.Manifest);
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists)
                throw new ConceptFolderException(
                    $"{path} is not a folder of concepts: it has no {ResultNames.Manifest}; name a folder with extracted concepts.");
            if (info.Length > MaxManifestBytes)
                throw new ConceptFolderException(
                    $"{file} has {info.Length} bytes, too many for a list of concepts; extract the concepts again.");
            var json = LibraryJson.Parse(File.ReadAllText(file));
            RequireSchema(json, file);
            var manifest = LibraryJson.Read<ConceptManifest>(json, LibraryJson.Indented)!;
            Validate(manifest, file);
            return manifest;
        }
        catch (JsonException e)
        {
            throw new ConceptFolderException(
                $"{file} is not a valid list of concepts (near {e.Path ?? "its beginning"}); correct it or extract the concepts again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConceptFolderException($"{file} cannot be read ({e.Message.TrimEnd('.')}); check its permissions.", e);
        }
    }

    static void RequireSchema(JsonNode? json, string file)
    {
        var schema = json is JsonObject manifest && manifest["schema"] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : null;
        if (schema == ConceptManifest.CurrentSchema) return;
        throw new ConceptFolderException(schema?.StartsWith(ConceptManifest.SchemaName, StringComparison.Ordinal) == true
            ? $"{file} has another version (schema {schema}, but this program reads {ConceptManifest.CurrentSchema}, the only one released "
                + "so far); extract the concepts again."
            : $"{file} is not a list of concepts (its schema is '{schema}', not {ConceptManifest.CurrentSchema}); name a folder with "
                + "extracted concepts.");
    }

    static void Validate(ConceptManifest manifest, string file)
    {
        void Refuse(string what) => throw new ConceptFolderException($"{file}: {what}; correct it or extract the concepts again.");
        if (!ConceptNames.IsPrefix(manifest.Prefix))
            Refuse($"'{manifest.Prefix}' is not a valid prefix (at most 40 characters, no spaces, no angle brackets)");
        if (manifest.Concepts.Any(concept => concept is null)) Refuse("a concept is null");
        foreach (var concept in manifest.Concepts)
        {
            if (!ConceptNames.IsName(concept.Name))
                Refuse($"'{concept.Name}' is not a valid name (letters, digits, dot, dash, underscore)");
            if (!ConceptNames.IsToken(concept.Token))
                Refuse($"'{concept.Token}' is not a valid word (one word in angle brackets, such as <asset0>)");
        }
        var isImport = manifest.Concepts.Count > 0 && manifest.Concepts.All(concept => concept.Imported is not null);
        if (!isImport && (manifest.Image is null || manifest.Model is null || manifest.Settings is null))
            Refuse("its concepts were not imported, but it names no picture, model or settings");
        if (manifest.Concepts.FirstOrDefault(concept => concept.Imported is null && (concept.Mask is null || concept.Coverage is null
            || concept.Saliency is null)) is { } unplaced)
            Refuse($"{unplaced.Token} was not imported, but has no mask, coverage or saliency");
        if (manifest.Concepts.CountBy(concept => concept.Token).FirstOrDefault(word => word.Value > 1).Key is { } twice)
            Refuse($"two concepts have the word {twice}");
    }

    static string Inside(string folder, ConceptRecord concept)
    {
        var manifest = System.IO.Path.Combine(folder, ResultNames.Manifest);
        try
        {
            var root = RealPath.Of(folder);
            return RealPath.IsWithin(RealPath.Of(System.IO.Path.Combine(root, concept.Embedding!)), root)
                ? System.IO.Path.Combine(folder, concept.Embedding!)
                : throw new ConceptFolderException(
                    $"{manifest} names a file outside its folder ({concept.Embedding}); correct it or extract the concepts again.");
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ConceptFolderException(
                $"{manifest} names an impossible path ({concept.Embedding}); correct it or extract the concepts again.", e);
        }
    }
}
