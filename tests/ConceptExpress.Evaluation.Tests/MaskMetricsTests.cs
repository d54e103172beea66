using ConceptExpress.Imaging;
using FsCheck.Xunit;

namespace ConceptExpress.Evaluation.Tests;

public sealed class MaskMetricsTests
{
    const int Width = 12, Height = 8;

    static readonly PixelSize size = new() { Width = Width, Height = Height };

    static readonly Mask[] things = [Box(0, 0, 4, 4), Box(6, 0, 4, 4), Box(0, 5, 3, 3)];

    [Fact]
    public void PerfectMasks_ScorePerfectly()
    {
        var score = SceneScore.Of(things, things);
        Assert.Equal((1, 1, 1, 1), (score.MeanBestIou, score.Precision, score.Recall, score.F1));
        Assert.Equal((1, 0, 0, 0), (score.ExactCount, score.CountError, score.InstanceMergeRate, score.BackgroundKeptRate));
    }

    [Fact]
    public void NothingFound_ScoresNothing()
    {
        var score = SceneScore.Of([], things);
        Assert.Equal((0, 0, 0, 0), (score.MeanBestIou, score.Precision, score.Recall, score.F1));
        Assert.Equal((0, 3, 0, 0), (score.ExactCount, score.CountError, score.InstanceMergeRate, score.BackgroundKeptRate));
    }

    [Fact]
    public void AMergedInstance_CostsRecall_AndIsCounted()
    {
        var score = SceneScore.Of([Mask.Union(things[..2]), things[2]], things);
        Assert.Equal((1, 2.0 / 3, 0.8), (score.Precision, score.Recall, score.F1)); // half of the merged pair is one of them
        Assert.Equal((0.5, 0, 1), (score.InstanceMergeRate, score.BackgroundKeptRate, score.CountError));
        Assert.Equal((0.5 + 0.5 + 1) / 3, score.MeanBestIou, 1e-12);
    }

    [Fact]
    public void Background_CostsPrecision_AndIsCounted()
    {
        var background = Box(4, 0, 2, 8);
        var score = SceneScore.Of([.. things, background], things);
        Assert.Equal((0.75, 1, 0.25, 0, 1), (score.Precision, score.Recall, score.BackgroundKeptRate, score.ExactCount, score.CountError));
    }

    [Fact]
    public void OnThings_IsOnAnyOfThem_NotOnOne()
        // Two thirds lie on things, one third on each of two.
        => Assert.Equal(0, MaskMetrics.BackgroundKeptRate([Box(2, 0, 6, 2)], things));

    [Fact]
    public void OneMask_HitsOneThing_ThoughItIsTheBestForTwo()
    {
        Mask[] twins = [Box(0, 0, 4, 4), Box(0, 0, 4, 4)];
        Assert.Equal(1, MaskMetrics.MeanBestIou(twins[..1], twins));
        Assert.Equal((1, 0.5, 2.0 / 3), MaskMetrics.PrecisionRecall(twins[..1], twins));
    }

    [Property]
    public void Iou_IsSymmetric_AndOneOnlyForEqualMasks(int seed)
    {
        var random = new Random(seed);
        var (a, b) = (Noise(random), Noise(random));
        Assert.Equal(a.Iou(b), b.Iou(a));
        Assert.InRange(a.Iou(b), 0, 1);
        Assert.Equal(a.Pixels.SequenceEqual(b.Pixels), a.Iou(b) == 1);
        Assert.Equal(1, a.Iou(a));
    }

    [Property]
    public void TheOrderOfMasks_ChangesNothing(int seed)
    {
        var random = new Random(seed);
        Mask[] found = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Noise(random))];
        Mask[] truth = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Noise(random))];
        var score = SceneScore.Of(found, truth);
        random.Shuffle(found);
        random.Shuffle(truth);
        var shuffled = SceneScore.Of(found, truth);
        Assert.Equal(score.MeanBestIou, shuffled.MeanBestIou, 1e-12);
        Assert.Equal(score with { MeanBestIou = 0 }, shuffled with { MeanBestIou = 0 });
    }

    [Property]
    public void AnotherFoundMask_NeverCostsRecall(int seed)
    {
        var random = new Random(seed);
        Mask[] found = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Noise(random))];
        var more = found.Append(things[random.Next(things.Length)]).ToArray();
        Assert.True(MaskMetrics.MeanBestIou(more, things) >= MaskMetrics.MeanBestIou(found, things));
        Assert.True(MaskMetrics.PrecisionRecall(more, things).Recall >= MaskMetrics.PrecisionRecall(found, things).Recall);
    }

    [Fact]
    public void Means_CountEverySceneTheSame()
    {
        var mean = SceneScore.Mean([SceneScore.Of(things, things), SceneScore.Of([], things), SceneScore.Of(things[..1], things[..1])]);
        Assert.Equal((2.0 / 3, 2.0 / 3, 1), (mean.Recall, mean.ExactCount, mean.CountError));
        Assert.Throws<ArgumentException>(() => SceneScore.Mean([]));
    }

    [Fact]
    public void ScenesThatCannotBeScored_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => SceneScore.Of(things, []));
        Assert.Throws<ArgumentException>(() => SceneScore.Of([new Mask(PixelSize.Square(2), new bool[4])], things));
    }

    static Mask Noise(Random random)
    {
        var density = random.NextDouble();
        bool[] pixels = [.. Enumerable.Range(0, Width * Height).Select(_ => random.NextDouble() < density)];
        pixels[random.Next(pixels.Length)] = true;
        return new Mask(size, pixels);
    }

    static Mask Box(int left, int top, int width, int height)
        => new(size, [.. Enumerable.Range(0, Width * Height)
            .Select(i => i % Width >= left && i % Width < left + width && i / Width >= top && i / Width < top + height)]);
}
