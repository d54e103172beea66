using ConceptExpress.Diffusion;
using ConceptExpress.Testing;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>Wherever the merge falls, a word per concept is learned (docs/deviations.md: "merges at the start, or at the end").</summary>
public sealed class MergeStepTests : IDisposable
{
    const int Side = 128;

    readonly StableDiffusion model = CoreCheckpoint.Load();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData(2, 0, 2, 0)]
    [InlineData(2, 1, 2, 1)]
    [InlineData(2, 2, 2, 2)]
    [InlineData(2, 5, 2, 2)]
    [InlineData(1, 0, 5, 0)]
    [InlineData(1, 100, 1, 1)]
    [InlineData(2, 1, 1, 1)]
    public void Merge_OutsideThePasses_IsAtTheStartOrAtTheEnd(int passes, int mergePass, int splitTokens, int splitPasses)
    {
        var (set, events) = Extract(ExtractionSettings.Paper with { Passes = passes, MergePass = mergePass, SplitTokens = splitTokens, MaxConcepts = 2 });
        var concepts = set.Concepts.Count;
        Assert.InRange(concepts, 1, 2);
        Assert.All(set.Concepts, concept => Assert.All(concept.Embedding, value => Assert.True(float.IsFinite(value))));
        Assert.True(double.IsFinite(set.FinalLosses.Total));
        CheckSteps(events, ExtractionPhase.LearningSplitTokens, splitPasses * concepts * splitTokens);
        CheckSteps(events, ExtractionPhase.LearningMergedTokens, (passes - splitPasses) * (concepts + 1));
    }

    [Fact]
    public void MaxConcepts_OfOne_KeepsOne_AndTrainsItTwicePerMergedPass()
    {
        var (set, events) = Extract(ExtractionSettings.Paper with { Passes = 1, MergePass = 0, MaxConcepts = 1 });
        Assert.Single(set.Concepts);
        CheckSteps(events, ExtractionPhase.LearningMergedTokens, 2);
    }

    static void CheckSteps(List<ExtractionEvent> events, ExtractionPhase phase, int expected)
    {
        Assert.Equal(expected, events.OfType<OptimizerStepDone>().Count(step => step.Phase == phase));
        Assert.Equal(expected, events.OfType<PhaseStarted>().Single(started => started.Phase == phase).Iterations);
    }

    /// <summary>From a picture of nothing: the blank autoencoder's latents are noise, in which something always stands out.</summary>
    (ConceptSet Set, List<ExtractionEvent> Events) Extract(ExtractionSettings settings)
    {
        var (watcher, picture) = (new Recorder(), new Picture(Side, Side, new float[3 * Side * Side]));
        return (new ConceptExtractor(model).Extract(picture, settings, watcher, TestContext.Current.CancellationToken), watcher.Events);
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, on the working thread.</summary>
    sealed class Recorder : IProgress<ExtractionEvent>
    {
        public List<ExtractionEvent> Events { get; } = [];

        public void Report(ExtractionEvent value) => Events.Add(value);
    }
}
