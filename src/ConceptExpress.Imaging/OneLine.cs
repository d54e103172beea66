using System.Globalization;
using System.Text;

namespace ConceptExpress.Imaging;

/// <summary>Keeps messages on one line, whatever the names in them hold.</summary>
static class OneLine
{
    /// <summary>
    /// Returns the text with line breaks, control characters and characters that turn the direction of writing replaced by their codes
    /// (<c>\u000A</c>). Names of files may hold them all; a terminal would obey them. Everything else stays, in any script.
    /// </summary>
    internal static string Of(string text)
    {
        if (!text.Any(IsUnsafe)) return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var c in text)
            if (IsUnsafe(c)) line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else line.Append(c);
        return line.ToString();
    }

    static bool IsUnsafe(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
