using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
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
        var similar = nn.functional.cosine_similarity(model.TextEncoder.Vocabulary.narrow(0, 0, model.Tokenizer.VocabularySize), start, 1);
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
        var settings = ExtractionSettings.Express with { MaxConcepts = 1 };
        var image = ImageResizer.Resize(ImageReader.Read(Path.Combine(TestFolders.Repository, "samples", sample)), model.TrainedResolution, model.TrainedResolution, ResizeFilter.Bilinear);
        var picture = Picture.FromRgb(image.Height, image.Width, image.Pixels);
        var found = new ConceptExtractor(model).Locate(picture, settings, null, stop);
        using var target = LearningTarget.Of(model, tensor(picture.Pixels, [1, 3, picture.Height, picture.Width]), found, settings);
        var search = new WordSearch(model, target, settings);
        return (search.Starts(tried, stop), search.Trials);
    }
}
