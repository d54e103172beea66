using ConceptExpress.Diffusion;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Drawing;

/// <summary>The embedded checkpoint, loaded once.</summary>
public sealed class ToyboxModel : IDisposable
{
    public StableDiffusion Model { get; } = StableDiffusion.Load(TestFolders.Toybox);

    public void Dispose() => Model.Dispose();
}

public sealed class ConceptPainterTests(ToyboxModel toybox) : IClassFixture<ToyboxModel>
{
    static readonly SamplingSettings Fast = new() { Steps = 2 };

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Pictures_HaveSeedsInARow()
    {
        var words = Words(2);
        var pictures = Painter(words, seed: 7).Alone(words[1], 2, stop: Stop);
        var drawer = new TextToImage(toybox.Model, words);
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                drawer.Generate(new GenerationSettings { Prompt = PhotoPrompt.Of("<asset1>"), Seed = 7 + i, Sampling = Fast },
                stop: Stop).Pixels, pictures[i].Pixels);
        Assert.NotEqual(pictures[0].Pixels.ToArray(), pictures[1].Pixels.ToArray());
    }

    [Fact]
    public void Together_AreAllWords_WhereTheyFit()
    {
        var words = Words(2);
        var painter = Painter(words, seed: 7);
        Assert.Equal(2, painter.Fitting);
        var drawn = new TextToImage(toybox.Model, words)
            .Generate(new GenerationSettings { Prompt = PhotoPrompt.Of("<asset0>", "<asset1>"), Seed = 7, Sampling = Fast }, stop: Stop);
        Assert.Equal(drawn.Pixels, Assert.Single(painter.Together(1, stop: Stop)).Pixels);
    }

    [Fact]
    public void Together_AreAsManyAsFit_AndNoFewer()
    {
        var words = Words(100);
        var fitting = Painter(words, seed: 0).Fitting;
        var drawer = new TextToImage(toybox.Model, words);
        Assert.InRange(fitting, 2, 99);
        Assert.True(drawer.Fits(PhotoPrompt.Of(words.Take(fitting).Select(word => word.Token))));
        Assert.False(drawer.Fits(PhotoPrompt.Of(words.Take(fitting + 1).Select(word => word.Token))));
    }

    [Fact]
    public void Batches_DrawTheSamePictures_UpToLastDigits()
    {
        var words = Words(1);
        var (single, batched) = (Painter(words, seed: 3).Alone(words[0], 3, stop: Stop), Painter(words, seed: 3, batch: 2)
            .Alone(words[0], 3, stop: Stop));
        Assert.Equal(3, batched.Count);
        foreach (var (one, other) in single.Zip(batched))
            for (var i = 0; i < one.Pixels.Length; i++) Assert.InRange(one.Pixels[i] - other.Pixels[i], -1, 1);
    }

    [Fact]
    public void Progress_IsToldForEveryEvaluation()
    {
        var words = Words(1);
        var (painter, progress) = (Painter(words, seed: 0), new RecordedProgress());
        painter.Alone(words[0], 2, progress, Stop);
        Assert.Equal(2 * painter.Evaluations, progress.All<Advanced>().Count);
    }

    [Fact]
    public void Cancelling_EndsTheDrawing()
    {
        var words = Words(1);
        using var stop = new CancellationTokenSource();
        var progress = new RecordedProgress { On = _ => stop.Cancel() };
        Assert.Throws<OperationCanceledException>(() => Painter(words, seed: 0).Alone(words[0], 2, progress, stop.Token));
        Assert.Single(progress.Events);
    }

    ConceptPainter Painter(IReadOnlyList<ConceptWord> words, long seed, int batch = 1) => new(toybox.Model, words, Fast, seed, batch);

    List<ConceptWord> Words(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i =>
            new ConceptWord(ConceptWord.NameOf(i),
                [[.. Enumerable.Range(0, toybox.Model.WordWidth).Select(_ => 0.02f * (random.NextSingle() - 0.5f))]]))];
    }
}
