using System.Text.RegularExpressions;

namespace ConceptExpress.Library.Output;

/// <summary>The results of one command: what their files are called, and which of a folder's files are such results.</summary>
/// <param name="Command">What makes them.</param>
/// <param name="Names">The files that it may write, as paths in its folder with forward slashes.</param>
/// <param name="ResultsIn">Those of a folder's files that an earlier run of the same command wrote; told by what they hold, not by their names alone.</param>
public sealed record OutputKind(string Command, Regex Names, Func<string, IReadOnlyList<string>> ResultsIn)
{
    /// <summary>The folders that results lie in, relative to their own.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>A hidden folder beside the results, where work goes on that is not finished; null where there is none.</summary>
    public string? Hidden { get; init; }

    /// <summary>
    /// What has the name of a result in the folder and is none, so that nothing may replace it, or is a file where results have a folder; null where there
    /// is nothing of the kind.
    /// </summary>
    internal string? ForeignIn(string folder)
    {
        var own = ResultsIn(folder).ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = 0 })
            .Select(entry => Path.GetRelativePath(folder, entry).Replace('\\', '/')).Order(StringComparer.Ordinal)
            .FirstOrDefault(entry => Names.IsMatch(entry) ? !own.Contains(entry) : Folders.Contains(entry) && !Directory.Exists(Path.Combine(folder, entry)));
    }
}
