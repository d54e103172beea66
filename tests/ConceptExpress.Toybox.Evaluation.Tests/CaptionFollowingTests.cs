using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using TorchSharp;

namespace ConceptExpress.Toybox.Evaluation.Tests;

/// <summary>Scenes with two toys apart, of different kinds and colours, as a checkpoint might draw them.</summary>
public sealed class CaptionFollowingTests : IDisposable
{
    const ulong FirstSeed = 9_600_000_000;

    readonly StableDiffusion model = StableDiffusion.Load(TestFolders.Toybox);
    readonly Judge judge = Judge.Load(TestFolders.ToyboxJudge);

    /// <summary>A picture that is not a square keeps its toys' places: their colours are still told, and mostly their kinds.</summary>
    [Theory, InlineData(96, 96), InlineData(144, 96), InlineData(96, 128)]
    public void TheToysOfADrawing_AreFound_WhateverItsProportions(int width, int height)
    {
        var drawn = Scenes().Select(scene => Look(scene, new PixelSize { Width = width, Height = height })).ToList();
        Assert.True(drawn.Average(one => one.Follows(agreement => agreement.Color) ? 1.0 : 0) >= 0.8);
        Assert.True(drawn.Average(one => one.Follows(agreement => agreement.Category && agreement.Color) ? 1.0 : 0) >= 0.6);
    }

    [Fact]
    public void Drawings_DoNotDependOnTheNumberOfWorkers()
    {
        torch.set_num_threads(1); // which several workers have each
        // The checkpoint is lent to one worker after the other.
        var free = new SemaphoreSlim(1);
        ModelLease Lend()
        {
            free.Wait();
            return new ModelLease(model, () => free.Release());
        }
        var sampling = new SamplingSettings { Steps = 2, Guidance = 1 };
        var (one, two) = (Draw(1), Draw(2));
        Assert.Equal(12, one.Count);
        Assert.All(one.Zip(two), pair => Assert.Equal(pair.First.Picture.Pixels.ToArray(), pair.Second.Picture.Pixels.ToArray()));
        Assert.Equal(one.Select(drawn => drawn.Scene.Caption), two.Select(drawn => drawn.Scene.Caption));

        IReadOnlyList<DrawnCaption> Draw(int workers) =>
            new CaptionFollowing(Lend, judge, workers, sampling).Draw(FirstSeed, 12, 1, stop: TestContext.Current.CancellationToken);
    }

    DrawnCaption Look(Scene scene, PixelSize size)
    {
        var picture = ImageResizer.Resize(SceneRenderer.Render(scene, 192).Picture, size, ResizeFilter.Bilinear);
        var following = new CaptionFollowing(() => throw new InvalidOperationException("draws"), judge, 1, new SamplingSettings());
        return new DrawnCaption(scene, picture, following.Verdicts(model, picture, 2, TestContext.Current.CancellationToken));
    }

    static IEnumerable<Scene> Scenes() => Enumerable.Range(0, 10)
        .Select(i => SceneComposer.Compose(FirstSeed + (ulong)i, new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = 2 }));

    public void Dispose()
    {
        torch.set_num_threads(2);
        model.Dispose();
        judge.Dispose();
    }
}
