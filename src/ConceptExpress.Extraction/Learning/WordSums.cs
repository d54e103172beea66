using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

// Shapes: W words, S noised latents

/// <summary>Chooses the sums of words that are worth trying. A sum is an array of word numbers, 0 to W-1, each at most once.</summary>
/// <remarks>Express only; docs/deviations.md.</remarks>
static class WordSums
{
    /// <summary>Returns the sums that should explain most, best first, if the change of a sum is the sum of its words' changes.</summary>
    /// <param name="changes">(S,W,elements) the change of the prediction by each word.</param>
    /// <param name="wanted">(S,elements) the change that would explain everything.</param>
    /// <param name="length">Number of words per sum, 1 or more. If it is greater than W, there are no sums.</param>
    /// <param name="count">Maximum number of sums.</param>
    /// <param name="overlap">
    /// <see cref="WordSearchSettings.Overlap"/>: the summed changes are multiplied by this share if <paramref name="length"/> is 2 or more.
    /// </param>
    public static IReadOnlyList<long[]> Likely(Tensor changes, Tensor wanted, int length, int count, double overlap)
    {
        var words = changes.shape[1];
        if (words < length) return [];
        using var scope = NewDisposeScope();
        var sums = combinations(arange(words, int64, changes.device), length);
        var holds = nn.functional.one_hot(sums, words).sum([1L]).to(float32);
        var share = length > 1 ? overlap : 1;
        // |wanted - share * sum|^2, computed from the inner products of the words' changes
        var towards = matmul(changes, wanted.unsqueeze(2)).squeeze(2).mm(holds.T);
        var size = (matmul(holds, matmul(changes, changes.transpose(1, 2))) * holds).sum([2L]);
        var left = wanted.square().sum([1L], keepdim: true) - 2 * share * towards + share * share * size;
        var likely = left.clamp_min(float.Epsilon).log().mean([0L]).topk((int)Math.Min(count, sums.shape[0]), largest: false).indexes;
        return [.. sums.index_select(0, likely).cpu().data<long>().ToArray().Chunk(length)];
    }

    /// <summary>Returns the sums that differ from the given one by one word: added, exchanged or removed.</summary>
    /// <param name="sum">The given sum, 1 word or more.</param>
    /// <param name="words">Number of words W.</param>
    /// <param name="most">Maximum number of words per sum.</param>
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
