using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: W words, S noised latents

/// <summary>Which sums of words are worth trying. A sum is the places of its words, 0..W-1, each at most once.</summary>
/// <remarks>Express only; docs/deviations.md.</remarks>
static class WordSums
{
    /// <summary>The sums of so many words that should explain most, if a sum changed what its words change; the likeliest first.</summary>
    /// <param name="changes">What each word changes in the prediction, (S,W,elements).</param>
    /// <param name="wanted">What there is to explain, (S,elements).</param>
    /// <param name="length">Words of a sum, 1 or more.</param>
    /// <param name="count">At most so many sums; none where there are fewer words than a sum has.</param>
    /// <param name="overlap">What words of one sum change overlaps, so that together they change less than each alone: their common share, 0 to 1.</param>
    public static IReadOnlyList<long[]> Likely(Tensor changes, Tensor wanted, int length, int count, double overlap)
    {
        var words = changes.shape[1];
        if (words < length) return [];
        using var scope = NewDisposeScope();
        var sums = combinations(arange(words, int64, changes.device), length);
        var holds = nn.functional.one_hot(sums, words).sum([1L]).to(float32);
        var share = length > 1 ? overlap : 1;
        // |wanted - share * sum|^2, from the words' inner products
        var towards = matmul(changes, wanted.unsqueeze(2)).squeeze(2).mm(holds.T);
        var size = (matmul(holds, matmul(changes, changes.transpose(1, 2))) * holds).sum([2L]);
        var left = wanted.square().sum([1L], keepdim: true) - 2 * share * towards + share * share * size;
        var likely = left.clamp_min(float.Epsilon).log().mean([0L]).topk((int)Math.Min(count, sums.shape[0]), largest: false).indexes;
        return [.. sums.index_select(0, likely).cpu().data<long>().ToArray().Chunk(length)];
    }

    /// <summary>The sums that differ from one by a word: with one more, one exchanged, or one less.</summary>
    /// <param name="sum">The sum.</param>
    /// <param name="words">How many words there are.</param>
    /// <param name="most">Words that a sum may have.</param>
    public static IEnumerable<long[]> OneWordFrom(long[] sum, int words, int most)
    {
        long[] others = [.. Enumerable.Range(0, words).Select(word => (long)word).Except(sum)];
        long[] Without(long gone) => [.. sum.Where(word => word != gone)];
        return [
            .. sum.Length < most ? others.Select(word => (long[])[.. sum, word]) : [],
            .. sum.SelectMany(gone => others.Select(word => (long[])[.. Without(gone), word])),
            .. sum.Length > 1 ? sum.Select(Without) : []];
    }
}
