using System.Buffers;

namespace ConceptExpress.Diffusion.Text;

/// <summary>Finds words that are never split, even inside other words. If several match at a position, the longest is taken.</summary>
sealed class UnsplitWords
{
    readonly Dictionary<char, (string Word, int Id)[]> byFirst;
    readonly SearchValues<char> firsts;

    public UnsplitWords(IEnumerable<KeyValuePair<string, int>> words)
    {
        byFirst = words.Select(pair => (Word: pair.Key, Id: pair.Value)).OrderByDescending(pair => pair.Word.Length)
            .GroupBy(pair => pair.Word[0]).ToDictionary(group => group.Key, group => group.ToArray());
        firsts = SearchValues.Create([.. byFirst.Keys]);
    }

    /// <summary>Returns a text in pieces: an unsplit word with its id, or the text between two of them with null.</summary>
    public IEnumerable<(string Piece, int? Id)> Split(string text)
    {
        var start = 0;
        for (var at = 0; at < text.Length;)
        {
            var skip = text.AsSpan(at).IndexOfAny(firsts);
            if (skip < 0) break;
            at += skip;
            if (LongestAt(text, at) is not { } found)
            {
                at++;
                continue;
            }
            if (at > start) yield return (text[start..at], null);
            yield return (found.Word, found.Id);
            start = at += found.Word.Length;
        }
        if (start < text.Length) yield return (text[start..], null);
    }

    (string Word, int Id)? LongestAt(string text, int at)
    {
        foreach (var (word, id) in byFirst[text[at]])
            if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0) return (word, id);
        return null;
    }
}
