using System.Collections.Concurrent;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// Byte-pair encoding ("Neural Machine Translation of Rare Words with Subword Units"). A word starts as its bytes, the last one marked as
/// the end of the word. Then neighbours are merged; the pair that was learned first goes first. Thread-safe.
/// </summary>
/// <param name="vocabulary">Ids of symbols.</param>
/// <param name="ranks">Ranks of pairs, in the order in which they were learned.</param>
/// <param name="unknown">Id of symbols that are not in the vocabulary.</param>
sealed class BytePairEncoder(
    IReadOnlyDictionary<string, int> vocabulary, IReadOnlyDictionary<(string Left, string Right), int> ranks, int unknown)
{
    const string EndOfWord = "</w>";
    const int MaxCache = 20_000, MaxCachedLength = 64;

    readonly ConcurrentDictionary<string, int[]> cache = new(StringComparer.Ordinal);

    /// <summary>Returns the ids of one word, which must not be empty.</summary>
    public IReadOnlyList<int> Encode(string word)
    {
        if (cache.TryGetValue(word, out var known)) return known;
        int[] ids = [.. new Word(ByteAlphabet.Spell(word), ranks).Merged().Select(symbol => vocabulary.GetValueOrDefault(symbol, unknown))];
        if (word.Length <= MaxCachedLength && cache.Count < MaxCache) cache.TryAdd(word, ids);
        return ids;
    }

    // The symbols of a word as a linked list, and a queue of pairs that may be merged: n log n for words of any length.
    sealed class Word
    {
        const int None = -1;

        readonly IReadOnlyDictionary<(string Left, string Right), int> ranks;
        readonly string[] symbols;
        readonly int[] next, previous;
        readonly bool[] gone;
        readonly PriorityQueue<int, (int Rank, int Position)> pairs = new();

        public Word(string letters, IReadOnlyDictionary<(string Left, string Right), int> ranks)
        {
            this.ranks = ranks;
            symbols = [.. letters.Select(letter => letter.ToString())];
            symbols[^1] += EndOfWord;
            next = [.. Enumerable.Range(1, symbols.Length - 1), None];
            previous = [.. Enumerable.Range(-1, symbols.Length)];
            gone = new bool[symbols.Length];
            for (var i = 0; i < symbols.Length; i++) Enqueue(i);
        }

        public IEnumerable<string> Merged()
        {
            var changed = new List<int>();
            while (pairs.TryPeek(out _, out var first))
            {
                // All occurrences of one pair, from left to right, before any pair that results from them.
                while (pairs.TryPeek(out var at, out var key) && key.Rank == first.Rank)
                {
                    pairs.Dequeue();
                    if (Rank(at) != key.Rank) continue; // one of the two has been merged with another neighbour
                    Merge(at);
                    changed.Add(at);
                }
                foreach (var at in changed)
                {
                    Enqueue(at);
                    if (previous[at] != None) Enqueue(previous[at]);
                }
                changed.Clear();
            }
            return symbols.Where((_, i) => !gone[i]);
        }

        int? Rank(int left) =>
            !gone[left] && next[left] != None && ranks.TryGetValue((symbols[left], symbols[next[left]]), out var rank) ? rank : null;

        void Enqueue(int left)
        {
            if (Rank(left) is { } rank) pairs.Enqueue(left, (rank, left));
        }

        void Merge(int left)
        {
            var right = next[left];
            symbols[left] += symbols[right];
            gone[right] = true;
            next[left] = next[right];
            if (next[left] != None) previous[next[left]] = left;
        }
    }
}
