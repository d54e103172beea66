namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// Names of modules in a single file and in the diffusers layout, both ways. A tensor's name is that of the module that the table knows and
/// a rest that is the same in both.
/// </summary>
/// <param name="modules">Pairs of module names. Each name occurs once on its side.</param>
sealed class NameTable(IReadOnlyCollection<(string Original, string Diffusers)> modules)
{
    readonly Dictionary<string, string> toDiffusers =
        modules.ToDictionary(pair => pair.Original, pair => pair.Diffusers, StringComparer.Ordinal);

    readonly Dictionary<string, string> toOriginal =
        modules.ToDictionary(pair => pair.Diffusers, pair => pair.Original, StringComparer.Ordinal);

    /// <summary>Converts a tensor's original name, without the part's prefix, to diffusers' name; null if the table has none.</summary>
    public string? ToDiffusers(string original) => Translate(original, toDiffusers);

    /// <summary>Converts diffusers' name of a tensor to the original name, without the part's prefix; null if the table has none.</summary>
    public string? ToOriginal(string diffusers) => Translate(diffusers, toOriginal);

    static string? Translate(string name, Dictionary<string, string> table)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
            if (table.TryGetValue(name[..end], out var other)) return other + name[end..];
        return null;
    }
}
