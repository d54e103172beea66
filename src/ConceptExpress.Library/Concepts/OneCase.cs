namespace ConceptExpress.Library.Concepts;

/// <summary>Finds names that differ only in capital letters, of which a person can have meant only one.</summary>
static class OneCase
{
    /// <summary>Returns the paths, all in one folder, after checking that no two of them differ only in capital letters.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="refusal">Makes the exception from the names of two files that do, in ordinal order.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> paths, Func<string, string, Exception> refusal)
    {
        var twins = paths.Select(path => Path.GetFileName(path)!).GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .Select(names => names.Order(StringComparer.Ordinal).ToArray()).FirstOrDefault(names => names.Length > 1);
        return twins is null ? paths : throw refusal(twins[0], twins[1]);
    }
}
