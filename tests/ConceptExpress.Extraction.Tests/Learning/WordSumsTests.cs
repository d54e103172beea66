using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

public sealed class WordSumsTests
{
    const int Words = 9, Samples = 4, Elements = 50;

    static readonly double Overlap = new WordSearchSettings().Overlap;

    [Theory]
    [InlineData(3L)]
    [InlineData(1L, 6L)]
    [InlineData(0L, 4L, 8L)]
    public void TheLikeliestSum_HoldsTheWordsThatExplainWhatIsWanted(params long[] sum)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "changes");
        var changes = random.Normal([Samples, Words, Elements], CPU);
        var wanted = changes.index_select(1, tensor(sum)).sum([1L]) + 0.3 * random.Normal([Samples, Elements], CPU);
        Assert.Equal(sum, WordSums.Likely(changes, wanted, sum.Length, 5, Overlap)[0]);
    }

    [Fact]
    public void LikelySums_AreAsManyAsThereAre_AtMost()
    {
        using var scope = NewDisposeScope();
        var (changes, wanted) = (ones(1, 4, 2), ones(1, 2));
        Assert.Equal(3, WordSums.Likely(changes, wanted, 2, 3, Overlap).Count);
        Assert.Equal(6, WordSums.Likely(changes, wanted, 2, 100, Overlap).DistinctBy(sum => string.Join(' ', sum)).Count());
        Assert.Empty(WordSums.Likely(changes, wanted, 5, 3, Overlap));
    }

    [Theory]
    [InlineData(3, 4 + 4, 2L)] // one word: one more, or another
    [InlineData(1, 4, 2L)] // no second one allowed
    [InlineData(3, 3 + 6 + 2, 0L, 2L)]
    [InlineData(3, 6 + 3, 0L, 2L, 4L)] // as long as they may be
    public void OneWordFrom_IsEverySumThatDiffersByAWord(int most, int count, params long[] sum)
    {
        var near = WordSums.OneWordFrom(sum, 5, most).ToList();
        Assert.Equal(count, near.DistinctBy(other => string.Join(' ', other.Order())).Count());
        Assert.Equal(count, near.Count);
        Assert.All(near, other =>
        {
            Assert.InRange(other.Length, 1, most);
            Assert.Distinct(other);
            Assert.InRange(other.Except(sum).Count(), 0, 1);
            Assert.InRange(sum.Except(other).Count(), 0, 1);
            Assert.False(other.Order().SequenceEqual(sum.Order()));
        });
    }
}
