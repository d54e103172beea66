using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>The search reads off a picture which words describe its thing.</summary>
public sealed class WordSearchTests : IDisposable
{
    readonly StableDiffusion model = StableDiffusion.Load(TestFolders.Toybox);

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("toybox-05.png", "orange", "block")]
    [InlineData("toybox-03.png", "purple", "house")]
    public void TheBestSum_HoldsTheWordsThatDescribeTheThing(string sample, params string[] words)
    {
        using var scope = NewDisposeScope();
        var tried = 0;
        var (start, trials) = Search(sample, () => tried++, TestContext.Current.CancellationToken);
        Assert.InRange(tried, 1, trials);
        var similar = nn.functional.cosine_similarity(model.WordVectors, start, 1);
        var nearest = similar.topk(4).indexes.data<long>().Select(id => model.Tokenizer.Decode([id])).ToList();
        Assert.All(words, word => Assert.Contains(word, nearest));
    }

    [Fact]
    public void ACancelledSearch_Ends()
    {
        using var scope = NewDisposeScope();
        using var stop = new CancellationTokenSource();
        var tried = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Search("toybox-05.png", () => { if (++tried == 3) stop.Cancel(); }, stop.Token));
        Assert.InRange(tried, 3, 12); // a dozen words are tried at once
    }

    (Tensor Start, int Trials) Search(string sample, Action tried, CancellationToken stop)
    {
        var settings = ExtractionSettings.Express with { Locating = new BorderLocating { MaxConcepts = 1 } };
        var picture = ImageReader.Read(Path.Combine(TestFolders.Repository, "samples", sample));
        var found = new ConceptExtractor(model).Locate(picture, settings, stop: stop);
        var square = PixelTensor.From(ImageResizer.Resize(picture, PixelSize.Square(model.TrainedResolution), ResizeFilter.Bilinear),
            model.Device);
        using var target = LearningTarget.FromPicture(model, square, found, settings.Losses.Denoising.MaskMargin,
            settings.Learning.CloseUps);
        var search = new WordSearch(model, target, ((BestWords)settings.Learning.Start).Search, settings.Seed);
        return (search.Start(0, tried, stop), search.Trials);
    }
}
