using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>Wherever the merge falls, a word per concept is learned (docs/deviations.md: "merges at the start, or at the end").</summary>
public sealed class MergeStepTests : IDisposable
{
    const int Side = 128;

    readonly StableDiffusion model = CoreCheckpoint.Load();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData(2, 0, 2)]
    [InlineData(2, 1, 2)]
    [InlineData(2, 2, 2)]
    [InlineData(1, 0, 5)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    public void Merge_MayBeAtTheStart_Between_AndAtTheEnd(int passes, int mergePass, int splitTokens)
    {
        var (set, heard) = Extract(new LearningSettings { Passes = passes, MergePass = mergePass, SplitTokens = splitTokens },
            maxConcepts: 2);
        var concepts = set.Concepts.Count;
        Assert.InRange(concepts, 1, 2);
        Assert.All(set.Words, word => Assert.All(word.Vectors.Single(), value => Assert.True(float.IsFinite(value))));
        Assert.Equal(Enumerable.Range(0, concepts).Select(ConceptWord.NameOf), set.Words.Select(word => word.Token));
        Assert.True(double.IsFinite(set.FinalLosses!.Total));
        CheckSteps(heard, Phases.LearnSplitTokens, mergePass * concepts * splitTokens);
        CheckSteps(heard, Phases.LearnMergedTokens, (passes - mergePass) * (concepts + 1));
    }

    [Theory, InlineData(2, 5), InlineData(1, 100)]
    public void AMergeAfterTheLastPass_IsRefused(int passes, int mergePass)
    {
        var refused =
            Assert.Throws<SettingsException>(
            () => Extract(new LearningSettings { Passes = passes, MergePass = mergePass }, maxConcepts: 1));
        Assert.Contains("learning.mergePass", refused.Message);
        Assert.Contains("learning.passes", refused.Message);
    }

    [Fact]
    public void MaxConcepts_OfOne_KeepsOne_AndTrainsItTwicePerMergedPass()
    {
        var (set, heard) = Extract(new LearningSettings { Passes = 1, MergePass = 0 }, maxConcepts: 1);
        Assert.Single(set.Concepts);
        CheckSteps(heard, Phases.LearnMergedTokens, 2);
    }

    static void CheckSteps(RecordedProgress heard, string phase, int expected)
    {
        Assert.Equal(expected, heard.All<OptimizerStepDone>().Count(step => step.Phase == phase));
        Assert.Equal(expected, heard.All<PhaseBegan>().Single(began => began.Phase == phase).Steps);
    }

    /// <summary>
    /// From a picture of nothing: the blank autoencoder's latents are noise, in which something is always found where no prominence is
    /// asked for.
    /// </summary>
    (ConceptSet Set, RecordedProgress Heard) Extract(LearningSettings learning, int maxConcepts)
    {
        var locating = new PublishedLocating { MaxConcepts = maxConcepts, MinProminence = null };
        var settings = ExtractionSettings.Paper with { Resolution = Side, Locating = locating, Learning = learning };
        var (heard, picture) = (new RecordedProgress(), new RgbImage(PixelSize.Square(Side), new byte[3 * Side * Side]));
        return (new ConceptExtractor(model).Extract(picture, settings, null, heard, TestContext.Current.CancellationToken), heard);
    }
}
