using System.Text;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// JSON as Python's json module writes it: with the words Infinity, -Infinity and NaN, which the standard does not have. Files of
/// schedulers
/// hold them in fields that are not used here.
/// </summary>
static class PythonJson
{
    static readonly string[] Words = ["-Infinity", "Infinity", "NaN"];

    /// <summary>Returns the text with these words replaced by null, outside of strings.</summary>
    public static string Standard(string text)
    {
        if (!Words.Any(word => text.Contains(word, StringComparison.Ordinal))) return text;
        var standard = new StringBuilder(text.Length);
        for (var (i, inside) = (0, false); i < text.Length;)
        {
            if (!inside && Words.FirstOrDefault(word => string.CompareOrdinal(text, i, word, 0, word.Length) == 0) is { } found)
            {
                standard.Append("null");
                i += found.Length;
                continue;
            }
            if (text[i] == '"') inside = !inside;
            if (inside && text[i] == '\\' && i + 1 < text.Length) standard.Append(text[i++]);
            standard.Append(text[i++]);
        }
        return standard.ToString();
    }
}
