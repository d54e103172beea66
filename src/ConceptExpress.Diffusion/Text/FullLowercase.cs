using System.Globalization;
using System.Text;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// Lower case by Unicode's full mapping, as in the original tokenizer: İ becomes two code points, Σ at the end of a word becomes ς.
/// </summary>
static class FullLowercase
{
    const int CapitalDottedI = 0x130, CapitalSigma = 0x3A3;

    /// <summary>Returns a text in lower case.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u007f')) return text.ToLowerInvariant();
        var runes = text.EnumerateRunes().ToArray();
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
            result.Append(runes[i].Value switch
            {
                CapitalDottedI => "i\u0307",
                CapitalSigma => EndsWord(runes, i) ? "\u03c2" : "\u03c3",
                _ => Rune.ToLowerInvariant(runes[i]).ToString(),
            });
        return result.ToString();
    }

    // Final_Sigma of The Unicode Standard, section 3.13.
    static bool EndsWord(Rune[] runes, int sigma)
    {
        var before = sigma - 1;
        while (before >= 0 && IsPassedOver(runes[before])) before--;
        var after = sigma + 1;
        while (after < runes.Length && IsPassedOver(runes[after])) after++;
        return before >= 0 && HasCase(runes[before]) && !(after < runes.Length && HasCase(runes[after]));
    }

    static bool HasCase(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    static bool IsPassedOver(Rune rune) => rune.Value is '\'' or '.' or ':' or '\u00b7' or '\u2019' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or
        UnicodeCategory.ModifierSymbol;
}
