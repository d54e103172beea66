using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs.Concepts;

/// <summary>Lists the concepts of folders, and of folders below them.</summary>
sealed record ConceptListRequest : JobRequest<ListedConcepts>
{
    // Deeper trees are rarely meant, and take long to search.
    const int MaxDepth = 4;

    /// <summary>Paths of folders, 1 or more. Each is a concept folder, or has some below it, at most four levels down.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">No folder is given.</exception>
    /// <exception cref="ConceptFolderException">
    /// A folder does not exist, holds no concept folder, or cannot be read; or a named folder's list is damaged. Damaged lists below it are
    /// told as warnings.
    /// </exception>
    public override ListedConcepts Work(JobContext context) => Observed(context, Perform);

    ListedConcepts Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Folders.Count > 0, "no folder is given; name one.");
        return new ListedConcepts([.. Folders.SelectMany(folder => In(folder, context))], context.Warnings);
    }

    static IReadOnlyList<ListedFolder> In(string folder, JobContext context)
    {
        if (File.Exists(Path.Combine(folder, ResultNames.Manifest)))
            return [new ListedFolder(folder, ConceptFolder.ReadManifest(folder))];
        if (!Directory.Exists(folder)) throw new ConceptFolderException($"{folder} does not exist; name a folder of concepts.");
        var found = new List<ListedFolder>();
        var below = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = true };
        foreach (var file in Directory.EnumerateFiles(folder, ResultNames.Manifest, below).Order(StringComparer.Ordinal))
            try
            {
                var path = Path.GetDirectoryName(file)!;
                found.Add(new ListedFolder(path, ConceptFolder.ReadManifest(path)));
            }
            catch (ConceptFolderException e)
            {
                context.Report(new Warned(e.Message));
            }
        return found.Count > 0 ? found : throw new ConceptFolderException(
            $"{folder} has no {ResultNames.Manifest}, and no folder below it has one; name a folder of concepts.");
    }
}

/// <summary>Folders of concepts.</summary>
/// <param name="Folders">The folders.</param>
/// <param name="Warnings">The warnings in order, one sentence each; empty if there are none.</param>
sealed record ListedConcepts(IReadOnlyList<ListedFolder> Folders, IReadOnlyList<string> Warnings);

/// <summary>A folder of concepts.</summary>
/// <param name="Path">Its path, as it was given or found.</param>
/// <param name="Manifest">The content of its <c>concepts.json</c>.</param>
sealed record ListedFolder(string Path, ConceptManifest Manifest);
