using ConceptExpress.Extraction.Learning;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>What was reached is a value, and phases are types that do what they say.</summary>
public class LearningStateTests
{
    // Two concepts of two split tokens, each of two vectors of width 3; every value tells its place.
    static SplitState Split => new()
    {
        Concepts = 2,
        Vectors = 2,
        SplitTokens = 2,
        Rows = [.. Enumerable.Range(0, 24).Select(i => (float)i)],
        First = [.. Enumerable.Range(100, 24).Select(i => (float)i)],
        Second = [.. Enumerable.Range(200, 24).Select(i => (float)i)],
        Pass = 5,
        Step = 20,
    };

    [Fact]
    public void Words_OfSplitTokens_AreTheirMeans_VectorByVector()
    {
        var words = Split.Words();
        Assert.Equal(3, Split.Width);
        Assert.Equal([[6, 7, 8], [9, 10, 11]], words[0]);
        Assert.Equal([[12, 13, 14], [15, 16, 17]], words[1]);
    }

    [Fact]
    public void TheMerge_KeepsTheWords_AndTheMomentsOfTheFirstTokens()
    {
        var split = Split;
        var merged = split.MergeByMean();
        Assert.Equal(split.Words(), merged.Words());
        Assert.Equal(split.First[..12], merged.First);
        Assert.Equal(split.Second[..12], merged.Second);
        Assert.Equal((5, 20, 2, 2, 3), (merged.Pass, merged.Step, merged.Concepts, merged.Vectors, merged.Width));
    }

    [Fact]
    public void TheMerge_LeavesWhatWasBefore()
    {
        var split = Split;
        split.MergeByMean().Rows[0] = -1;
        Assert.Equal(Split.Rows, split.Rows);
    }
}
