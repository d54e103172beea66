using ConceptExpress.Diffusion;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// Renames and removes words of a concept folder. New files are written first, then <c>concepts.json</c>, then old files are deleted. So a
/// folder is whole at every moment. Pictures and tables that tell of the extraction (overlay, chart, report) stay as they are.
/// </summary>
sealed class ConceptFolderEditor
{
    readonly string folder;

    /// <summary>Opens a folder with words.</summary>
    /// <exception cref="ConceptFolderException">The folder is damaged, has no words, or names files outside of it.</exception>
    public ConceptFolderEditor(string folder)
    {
        this.folder = folder;
        var opened = ConceptFolder.Open(folder); // checks all paths of words
        (Manifest, Words) = (opened.Manifest, opened.Words);
    }

    /// <summary>The content of <c>concepts.json</c>.</summary>
    public ConceptManifest Manifest { get; private set; }

    /// <summary>The words with their vectors.</summary>
    IReadOnlyList<ConceptWord> Words { get; }

    /// <summary>Returns the concept that a person means: by its name or word, or by what follows one of its dashes.</summary>
    /// <exception cref="SettingsException">No concept is called so, or several are.</exception>
    public ConceptRecord Find(string name) => Find(Manifest, folder, name);

    /// <summary>Like <see cref="Find(string)"/>, in any manifest.</summary>
    /// <exception cref="SettingsException">No concept is called so, or several are.</exception>
    public static ConceptRecord Find(ConceptManifest manifest, string folder, string name)
    {
        var wanted = ConceptNames.TokenOf(name);
        var found = manifest.Concepts.FirstOrDefault(concept => concept.Name == name);
        var word = wanted is null ? null : ConceptNames.Meant(wanted, [.. manifest.Concepts.Select(concept => concept.Token)]);
        return found ?? manifest.Concepts.FirstOrDefault(concept => concept.Token == word) ?? throw new SettingsException(
            $"{folder} has no concept called '{name}', or several whose names end so; its concepts are "
            + $"{string.Join(", ", manifest.Concepts.Select(concept => concept.Name))}.");
    }

    /// <summary>Gives concepts other names, which are those of their files and, in angle brackets, of their words.</summary>
    /// <param name="names">The new name of each concept, by its name.</param>
    /// <exception cref="SettingsException">A name is invalid, or two concepts or words would be called the same.</exception>
    /// <exception cref="OutputException">A file with the new name is in the way, or the folder cannot be written.</exception>
    public void Rename(IReadOnlyDictionary<string, string> names)
    {
        var concepts = Manifest.Concepts.Select(concept => names.TryGetValue(concept.Name, out var name) ? Renamed(concept, name) : concept)
            .ToList();
        foreach (var name in names.Values)
            SettingsCheck.Rule(ConceptNames.IsName(name), $"'{name}' cannot be the name of a concept, which has 1 to 100 ASCII letters, "
                + "digits, dots, dashes and underscores; choose another.");
        SettingsCheck.Rule(concepts.CountBy(concept => concept.Name, StringComparer.OrdinalIgnoreCase).All(name => name.Value == 1)
            && concepts.CountBy(concept => concept.Token).All(word => word.Value == 1),
            $"two concepts of {folder} would be called the same ({string.Join(", ", concepts.Select(concept => concept.Name))}); choose "
            + "another name.");
        Replace(concepts, fresh =>
        {
            foreach (var (before, after) in Manifest.Concepts.Zip(concepts).Where(pair => pair.First != pair.Second))
            {
                if (before.Embedding is null) continue;
                var word = Words.Single(each => each.Token == before.Token) with { Token = after.Token };
                var texts = EmbeddingMetadata.Renamed(EmbeddingMetadata.In(At(before.Embedding)), after.Name);
                EmbeddingWriter.Write(fresh(after.Embedding!), word, texts);
                foreach (var (old, copy) in Pictures(before).Zip(Pictures(after)))
                    if (IsInside(old)) File.Copy(At(old), fresh(copy));
            }
        });
    }

    /// <summary>Deletes concepts: their masks, words and previews, and the preview of all together.</summary>
    /// <param name="names">The names of the concepts.</param>
    /// <exception cref="SettingsException">No concept would be left.</exception>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    public void Remove(IReadOnlyCollection<string> names)
    {
        var left = Manifest.Concepts.Where(concept => !names.Contains(concept.Name)).ToList();
        SettingsCheck.Rule(left.Count > 0, $"no concept of {folder} would be left; delete the folder instead.");
        Replace(left, _ => { });
    }

    void Replace(List<ConceptRecord> concepts, Action<Func<string, string>> write)
    {
        var isFewer = concepts.Count < Manifest.Concepts.Count;
        var after = Manifest with { Concepts = concepts, JointPreview = isFewer ? null : Manifest.JointPreview };
        var obsolete = FilesOf(Manifest).Except(FilesOf(after)).ToList();
        var written = new List<string>();
        try
        {
            write(file =>
            {
                if (File.Exists(At(file)))
                    throw new OutputException($"{At(file)} is in the way; delete or move it, or choose another name.");
                written.Add(At(file));
                return At(file);
            });
            WholeFile.Write(At(ResultNames.Manifest), LibraryJson.Text(after));
        }
        catch (Exception e)
        {
            foreach (var file in written) File.Delete(file);
            if (e is IOException or UnauthorizedAccessException) throw CannotWrite(e);
            throw;
        }
        Manifest = after;
        try
        {
            foreach (var file in obsolete.Where(IsInside)) File.Delete(At(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }
    }

    static IEnumerable<string> FilesOf(ConceptManifest manifest) => manifest.Concepts
        .SelectMany(concept => new[] { concept.Mask, concept.Embedding }.OfType<string>().Concat(Pictures(concept)))
        .Concat(manifest.JointPreview is { } joint ? [joint] : []);

    // A learned concept's pictures have its name in theirs. Masks are numbered.
    static IEnumerable<string> Pictures(ConceptRecord concept) =>
        concept.Embedding is null ? concept.Previews : concept.Previews.Prepend(ResultNames.EmbeddingPreview(concept.Name));

    static ConceptRecord Renamed(ConceptRecord concept, string name) => concept with
    {
        Name = name,
        Token = $"<{name}>",
        Embedding = concept.Embedding is null ? null : ResultNames.Embedding(name),
        Previews = [.. concept.Previews.Select((_, i) => $"{ResultNames.Previews}/{name}-{i}.png")],
    };

    string At(string file) => Path.Combine(folder, file);

    // A manifest may be edited or hostile.
    bool IsInside(string file) => File.Exists(At(file)) && RealPath.IsWithin(RealPath.Of(At(file)), RealPath.Of(folder));

    OutputException CannotWrite(Exception e) =>
        new($"{folder} cannot be written ({e.Message.TrimEnd('.')}); check its permissions and the space left.", e);
}
