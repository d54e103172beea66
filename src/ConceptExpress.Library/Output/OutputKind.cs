using System.Text.RegularExpressions;

namespace ConceptExpress.Library.Output;

/// <summary>The kind of results that one command writes: the names of its files, and how to recognize them in a folder.</summary>
/// <param name="Command">The name of the command, for messages.</param>
/// <param name="Names">Matches the files that the command may write, as relative paths with forward slashes.</param>
/// <param name="ResultsIn">
/// Returns the files of a folder that an earlier run of the same command wrote. It looks at their content, not only at their names.
/// </param>
sealed record OutputKind(string Command, Regex Names, Func<string, IReadOnlyList<string>> ResultsIn)
{
    /// <summary>The subfolders of the results, as relative paths.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The name of the hidden subfolder for unfinished work, which does not count as content; null if there is none.</summary>
    /// <value>The default is null.</value>
    public string? Hidden { get; init; }

    /// <summary>
    /// Returns the first entry of the folder that blocks new results: a file with the name of a result that this command did not write, or
    /// a file with the name of a subfolder. Null if there is none.
    /// </summary>
    internal string? ForeignIn(string folder)
    {
        var own = ResultsIn(folder).ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFileSystemEntries(folder, "*",
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = 0 })
            .Select(entry => Path.GetRelativePath(folder, entry).Replace('\\', '/')).Order(StringComparer.Ordinal)
            .FirstOrDefault(entry => Names.IsMatch(entry) ? !own.Contains(entry) : Folders.Contains(entry)
                && !Directory.Exists(Path.Combine(folder, entry)));
    }
}
