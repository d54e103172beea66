using System.Text;

namespace ConceptExpress.Diffusion.Text;

/// <summary>Unicode's normalisation form C (Annex 15): a letter and its accents become one code point if Unicode has one.</summary>
static class CanonicalComposition
{
    // Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
    const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    const int Leads = 19, Vowels = 21, Tails = 28, Syllables = Leads * Vowels * Tails;

    static readonly UnicodeForms Forms = UnicodeForms.Table;

    /// <summary>Returns a text in form C. A lone surrogate becomes U+FFFD.</summary>
    public static string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02ff')) return text; // nothing below U+0300 combines
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, codes);
        Reorder(codes);
        var result = new StringBuilder(text.Length);
        foreach (var code in Compose(codes)) result.Append(new Rune(code).ToString());
        return result.ToString();
    }

    static void Decompose(int code, List<int> into)
    {
        var syllable = code - SyllableBase;
        if (syllable is >= 0 and < Syllables)
        {
            into.Add(LeadBase + syllable / (Vowels * Tails));
            into.Add(VowelBase + syllable / Tails % Vowels);
            if (syllable % Tails != 0) into.Add(TailBase + syllable % Tails);
        }
        else if (Forms.Decompositions.TryGetValue(code, out var parts))
            foreach (var part in parts) Decompose(part, into);
        else
            into.Add(code);
    }

    static int Class(int code) => Forms.CombiningClasses.GetValueOrDefault(code);

    // Sorts the accents after each letter by their classes.
    static void Reorder(List<int> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && Class(codes[end]) != 0) end++;
            if (end - start < 2) continue;
            var ordered = codes.GetRange(start, end - start).OrderBy(Class).ToList(); // stable
            for (var i = 0; i < ordered.Count; i++) codes[start + i] = ordered[i];
            start = end;
        }
    }

    static List<int> Compose(List<int> codes)
    {
        var result = new List<int>(codes.Count);
        int starter = -1, lastClass = 0;
        foreach (var code in codes)
        {
            var thisClass = Class(code);
            // An accent of the same class in between blocks the composition.
            if (starter >= 0 && (lastClass == 0 || lastClass < thisClass) && Composed(result[starter], code) is { } composed)
            {
                result[starter] = composed;
                continue;
            }
            if (thisClass == 0) starter = result.Count;
            lastClass = thisClass;
            result.Add(code);
        }
        return result;
    }

    static int? Composed(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads && second - VowelBase is >= 0 and < Vowels)
            return SyllableBase + ((first - LeadBase) * Vowels + (second - VowelBase)) * Tails;
        if (first - SyllableBase is >= 0 and < Syllables && (first - SyllableBase) % Tails == 0 && second - TailBase is > 0 and < Tails)
            return first + second - TailBase;
        return Forms.Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }
}
