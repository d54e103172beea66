namespace ConceptExpress.Library.Output;

/// <summary>Resolves paths, so that two spellings of the same folder compare equal.</summary>
static class RealPath
{
    const int MaxLinks = 64;

    /// <summary>
    /// Returns the full path, with links resolved and without <c>.</c>, <c>..</c> or a separator at its end. Parts that do not exist stay
    /// as written.
    /// </summary>
    /// <exception cref="IOException">The links form a circle.</exception>
    public static string Of(string path) => Of(path, MaxLinks);

    static string Of(string path, int linksLeft)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        var here = Path.Combine(Of(parent, linksLeft), Path.GetFileName(full));
        if (LinkTarget(here) is not { } target) return here;
        return linksLeft > 0
            ? Of(Path.Combine(Path.GetDirectoryName(here)!, target), linksLeft - 1)
            : throw new IOException($"the links of {path} form a circle");
    }

    /// <summary>Whether a path is the folder itself or is below it. Both must be results of <see cref="Of(string)"/>.</summary>
    public static bool IsWithin(string path, string folder) => IsWithin(path, folder, ByCase);

    /// <param name="path">The path.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="byCase">How the file system compares names.</param>
    public static bool IsWithin(string path, string folder, StringComparison byCase) => path.Equals(folder, byCase)
        || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, byCase);

    // The usual file systems of Windows and macOS take A and a for the same name.
    static StringComparison ByCase =>
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    static string? LinkTarget(string path) => new FileInfo(path).LinkTarget ?? new DirectoryInfo(path).LinkTarget;
}
