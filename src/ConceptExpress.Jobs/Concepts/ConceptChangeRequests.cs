using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs.Concepts;

/// <summary>Renames concepts of a folder: their files and words.</summary>
sealed record ConceptRenameRequest : JobRequest<ConceptsResult>
{
    /// <summary>The path of a concept folder with words.</summary>
    public required string Concepts { get; init; }

    /// <summary>
    /// New names by the concepts' names or words; empty to call every concept after the picture and its suggested name, such as
    /// <c>toybox-01-ball</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Names { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">
    /// There is no such concept, a name is invalid, two would be the same, or no concept has a suggested name.
    /// </exception>
    /// <exception cref="ConceptFolderException">The folder is damaged, or has no words.</exception>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    public override ConceptsResult Work(JobContext context) => Observed(context, Perform);

    ConceptsResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        using var alone = FolderLock.Existing(Concepts);
        var editor = new ConceptFolderEditor(Concepts);
        var names = Names.Count > 0 ? Given(editor) : Suggested(editor.Manifest);
        SettingsCheck.Rule(names.Count > 0, $"no concept of {Concepts} has a suggested name; give names yourself.");
        editor.Rename(names);
        return new ConceptsResult(RealPath.Of(Concepts), editor.Manifest, context.Warnings);
    }

    Dictionary<string, string> Given(ConceptFolderEditor editor)
    {
        var names = new Dictionary<string, string>();
        foreach (var (concept, name) in Names)
            SettingsCheck.Rule(names.TryAdd(editor.Find(concept).Name, ConceptNames.NameOf(name)),
                $"'{concept}' is renamed twice; give it one name.");
        return names;
    }

    static Dictionary<string, string> Suggested(ConceptManifest manifest)
    {
        var taken = manifest.Concepts.Where(concept => concept.Naming?.Name is null).Select(concept => concept.Name).ToList();
        var names = new Dictionary<string, string>();
        foreach (var concept in manifest.Concepts)
        {
            if (concept.Naming?.Name is not { } suggested) continue;
            names[concept.Name] = ConceptNames.FileNameFor($"{manifest.Prefix}-{suggested}", taken);
            taken.Add(names[concept.Name]);
        }
        return names;
    }
}

/// <summary>Deletes concepts from a folder: their masks, words and previews, and the preview of all together.</summary>
sealed record ConceptRemoveRequest : JobRequest<ConceptsResult>
{
    /// <summary>The path of a concept folder with words.</summary>
    public required string Concepts { get; init; }

    /// <summary>The names or words of the concepts to delete, 1 or more.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">There is no such concept, or none would be left.</exception>
    /// <exception cref="ConceptFolderException">The folder is damaged, or has no words.</exception>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    public override ConceptsResult Work(JobContext context) => Observed(context, Perform);

    ConceptsResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Names.Count > 0, "no concept is named; name one.");
        using var alone = FolderLock.Existing(Concepts);
        var editor = new ConceptFolderEditor(Concepts);
        editor.Remove([.. Names.Select(name => editor.Find(name).Name)]);
        return new ConceptsResult(RealPath.Of(Concepts), editor.Manifest, context.Warnings);
    }
}
