using System.Text;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// Splits a clean text into words; byte pairs are merged only within a word. A word is a special word, the ending of a contraction, a run
/// of letters, a single digit, or a run of other characters except spaces.
/// </summary>
static class WordSplitter
{
    static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    enum Kind { Space, Letter, Number, Other }

    /// <summary>Returns the words of a clean text, without spaces.</summary>
    public static IEnumerable<string> Split(string text, IReadOnlyCollection<string> specialWords)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = LengthAt(text, start, specialWords, out var isWord);
            if (isWord) yield return text.Substring(start, length);
            start += length;
        }
    }

    static int LengthAt(string text, int start, IReadOnlyCollection<string> specialWords, out bool isWord)
    {
        isWord = true;
        foreach (var whole in specialWords.Concat(Contractions))
            if (string.CompareOrdinal(text, start, whole, 0, whole.Length) == 0) return whole.Length;

        var kind = KindAt(text, start, out var length);
        isWord = kind != Kind.Space;
        if (kind == Kind.Number) return length;
        while (start + length < text.Length && KindAt(text, start + length, out var more) == kind) length += more;
        return length;
    }

    static Kind KindAt(string text, int at, out int length)
    {
        var rune = Rune.TryGetRuneAt(text, at, out var valid) ? valid : Rune.ReplacementChar;
        length = Math.Max(1, valid.Utf16SequenceLength);
        return Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.IsLetter(rune) ? Kind.Letter : Rune.IsNumber(rune) ? Kind.Number : Kind.Other;
    }
}
