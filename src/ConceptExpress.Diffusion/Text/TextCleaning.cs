using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// Cleans a text as CLIP does before it is split into words: the corrections of the ftfy library, which the original tokenizer calls, then
/// single spaces and lower case. Of ftfy's guesses at wrongly decoded text, only the most common one is made.
/// </summary>
static partial class TextCleaning
{
    // One correction can make another possible ("&amp;lt;"). Only texts made for it need more rounds than this.
    const int MaxRounds = 32;

    static readonly Dictionary<int, string> Ligatures = new()
    {
        ['ﬀ'] = "ff",
        ['ﬁ'] = "fi",
        ['ﬂ'] = "fl",
        ['ﬃ'] = "ffi",
        ['ﬄ'] = "ffl",
        ['ﬅ'] = "ſt",
        ['ﬆ'] = "st",
        ['Ĳ'] = "IJ",
        ['ĳ'] = "ij",
        ['ŉ'] = "ʼn",
        ['Ǳ'] = "DZ",
        ['ǲ'] = "Dz",
        ['ǳ'] = "dz",
        ['Ǆ'] = "DŽ",
        ['ǅ'] = "Dž",
        ['ǆ'] = "dž",
        ['Ǉ'] = "LJ",
        ['ǈ'] = "Lj",
        ['ǉ'] = "lj",
        ['Ǌ'] = "NJ",
        ['ǋ'] = "Nj",
        ['ǌ'] = "nj",
    };

    [GeneratedRegex("&#?[0-9A-Za-z]{1,24};")]
    private static partial Regex HtmlEntity { get; }

    [GeneratedRegex(@"\u001b\[(?:[0-9]|;)*[a-zA-Z]")]
    private static partial Regex TerminalEscape { get; }

    /// <summary>Returns a clean text: corrected, with single spaces, in lower case and in Unicode's form C.</summary>
    public static string Clean(string text) => FullLowercase.Of(SingleSpaced(Corrected(text)));

    // Line by line. From the first '<' on, the text is taken for HTML, and its entities stay as they are.
    static string Corrected(string text)
    {
        var result = new StringBuilder(text.Length);
        var unescape = true;
        for (var start = 0; start < text.Length;)
        {
            var newline = text.IndexOf('\n', start);
            var end = newline < 0 ? text.Length : newline + 1;
            var line = text[start..end];
            unescape &= !line.Contains('<');
            result.Append(CorrectedLine(line, unescape));
            start = end;
        }
        return result.ToString();
    }

    static string CorrectedLine(string line, bool unescape)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var before = line;
            if (unescape) line = HtmlEntity.Replace(line, match => Unescaped(match.Value));
            line = WithPlainCharacters(WrongDecoding.Undone(line));
            line = CanonicalComposition.Normalize(WithoutControls(TerminalEscape.Replace(line, "")));
            if (line == before) break;
        }
        return line;
    }

    static string Unescaped(string entity)
    {
        var decoded = WebUtility.HtmlDecode(entity);
        if (decoded != entity || entity.StartsWith("&#", StringComparison.Ordinal)) return decoded;
        // An entity in capitals means the capital letter: &EACUTE; for É.
        if (entity != entity.ToUpperInvariant()) return entity;
        var lower = WebUtility.HtmlDecode(entity.ToLowerInvariant());
        return lower.EndsWith(';') ? entity : lower.ToUpperInvariant();
    }

    // Replaces misplaced control characters by those of Windows-1252, ligatures by letters, full-width characters by ordinary ones and
    // curly quotes by straight ones.
    static string WithPlainCharacters(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u007f')) return text;
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var code = rune.Value is >= 0x80 and <= 0x9f ? WrongDecoding.Windows1252[rune.Value - 0x80] : rune.Value;
            if (Ligatures.TryGetValue(code, out var letters)) result.Append(letters);
            else if (UnicodeForms.Table.Widths.TryGetValue(code, out var ordinary))
                foreach (var each in ordinary) result.Append(new Rune(each));
            else if (code is 0x2bc or (>= 0x2018 and <= 0x201b)) result.Append('\'');
            else if (code is >= 0x201c and <= 0x201f) result.Append('"');
            else result.Append(new Rune(code));
        }
        return result.ToString();
    }

    static string WithoutControls(string text) => string.Concat(text.Where(c => !IsControl(c)));

    static bool IsControl(char c) =>
        (int)c is <= 0x08 or 0x0b or (>= 0x0e and <= 0x1f) or 0x7f or (>= 0x206a and <= 0x206f) or 0xfeff or (>= 0xfff9 and <= 0xfffc);

    static string SingleSpaced(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
