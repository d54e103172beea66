using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Concepts;

/// <summary>A folder of learned concepts, as read from disk. Nothing in it is trusted: people edit it and pass it on.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Manifest">Its <c>concepts.json</c>.</param>
/// <param name="Words">Its words with their embeddings, in the manifest's order.</param>
public sealed record ConceptFolder(string Path, ConceptManifest Manifest, IReadOnlyList<ConceptWord> Words)
{
    const long LargestManifest = 16 << 20;

    /// <summary>Reads a folder that an extraction wrote.</summary>
    /// <exception cref="ConceptFolderException">A file is missing, damaged, or not what the manifest says; or the folder holds no learned words.</exception>
    public static ConceptFolder Open(string path)
    {
        var manifest = ReadManifest(path);
        var learned = manifest.Concepts.Where(concept => concept.Embedding is not null).ToList();
        if (learned.Count == 0) throw new ConceptFolderException($"{path} holds no learned concepts: they were only located, or nothing stood out; extract a picture that shows something.");
        return new ConceptFolder(path, manifest, [.. learned.Select(concept => new ConceptWord(concept.Token, EmbeddingFile.Read(Inside(path, concept))))]);
    }

    /// <summary>The manifest alone.</summary>
    /// <exception cref="ConceptFolderException">It is missing, unreadable or inconsistent.</exception>
    public static ConceptManifest ReadManifest(string path)
    {
        var file = System.IO.Path.Combine(path, ResultNames.Manifest);
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists) throw new ConceptFolderException($"{path} is not a folder of concepts: it has no {ResultNames.Manifest}.");
            if (info.Length > LargestManifest) throw new ConceptFolderException($"{file} has {info.Length} bytes, too many for a list of concepts.");
            var json = LibraryJson.Parse(File.ReadAllText(file));
            RequireSchema(json, file);
            var manifest = json.Deserialize<ConceptManifest>(LibraryJson.Indented)!;
            Validate(manifest, file);
            return manifest;
        }
        catch (JsonException e)
        {
            throw new ConceptFolderException($"{file} is not a valid list of concepts (near {e.Path ?? "its beginning"}); correct it or extract the concepts anew.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConceptFolderException($"{file} cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    static void RequireSchema(JsonNode? json, string file)
    {
        var schema = json is JsonObject manifest && manifest["schema"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        if (schema == ConceptManifest.CurrentSchema) return;
        throw new ConceptFolderException(schema?.StartsWith(ConceptManifest.SchemaName, StringComparison.Ordinal) == true
            ? $"{file} is of another version ({schema}; this program reads {ConceptManifest.CurrentSchema}, and no other was ever released); extract the concepts anew."
            : $"{file} is no list of concepts (its schema is '{schema}', not {ConceptManifest.CurrentSchema}).");
    }

    static void Validate(ConceptManifest manifest, string file)
    {
        void Refuse(string what) => throw new ConceptFolderException($"{file}: {what}; correct it or extract the concepts anew.");
        if (!ConceptNames.IsPrefix(manifest.Prefix)) Refuse($"'{manifest.Prefix}' is no prefix (at most 40 characters, no spaces, no angle brackets)");
        if (manifest.Concepts.Any(concept => concept is null)) Refuse("a concept is null");
        foreach (var concept in manifest.Concepts)
        {
            if (!ConceptNames.IsName(concept.Name)) Refuse($"'{concept.Name}' is no name (letters, digits, dot, dash, underscore)");
            if (!ConceptNames.IsToken(concept.Token)) Refuse($"'{concept.Token}' is no word (one word in angle brackets, such as <asset0>)");
        }
        if (manifest.Concepts.CountBy(concept => concept.Token).FirstOrDefault(word => word.Value > 1).Key is { } twice) Refuse($"the word {twice} stands for two concepts");
    }

    static string Inside(string folder, ConceptRecord concept)
    {
        var manifest = System.IO.Path.Combine(folder, ResultNames.Manifest);
        try
        {
            var root = RealPath.Of(folder);
            return RealPath.IsWithin(RealPath.Of(System.IO.Path.Combine(root, concept.Embedding!)), root)
                ? System.IO.Path.Combine(folder, concept.Embedding!)
                : throw new ConceptFolderException($"{manifest} names a file outside its folder ({concept.Embedding}).");
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ConceptFolderException($"{manifest} names a file that cannot be ({concept.Embedding}).", e);
        }
    }
}
