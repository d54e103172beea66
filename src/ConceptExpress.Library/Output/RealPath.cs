namespace ConceptExpress.Library.Output;

/// <summary>The one place that says what a path means, so that two spellings of a folder are known to be one.</summary>
public static class RealPath
{
    const int MaxLinks = 64;

    /// <summary>The full path, links followed, without <c>.</c>, <c>..</c> and a separator at its end. What does not exist yet is taken as it is written.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Of(string path) => Of(path, MaxLinks);

    static string Of(string path, int linksLeft)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        var here = Path.Combine(Of(parent, linksLeft), Path.GetFileName(full));
        if (LinkTarget(here) is not { } target) return here;
        return linksLeft > 0 ? Of(Path.Combine(Path.GetDirectoryName(here)!, target), linksLeft - 1) : throw new IOException($"the links of {path} lead in a circle");
    }

    /// <summary>Whether a path is a folder itself or lies below it; both as <see cref="Of(string)"/> gives them.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    static string? LinkTarget(string path) => new FileInfo(path).LinkTarget ?? new DirectoryInfo(path).LinkTarget;
}
