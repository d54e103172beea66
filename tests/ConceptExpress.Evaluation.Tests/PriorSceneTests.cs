using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Tests;

/// <summary>Localization on the prototype's scenes with true masks, with the prototype's checkpoint.</summary>
public class PriorSceneTests
{
    [Fact]
    public void Paper_WithTheReferencesNoise_FindsTheReferencesMasks()
    {
        using var model = StableDiffusion.Load(TestFolders.Prior("model"));
        using var stored = GoldenFile.At(TestFolders.Prior("reference/posterior_eps.safetensors"));
        var noise = new StoredNoise(stored["eps"]);
        var scenes = Scenes();
        var same = scenes.Count(scene =>
        {
            var found = Found(model, scene, ExtractionSettings.Paper, noise);
            var reference = Directory.GetFiles(TestFolders.Prior($"reference/{scene.Name}"), "mask*.png").Select(SceneFolder.ReadMask).ToList();
            var pairs = MaskMetrics.Match(found, reference);
            return found.Count == reference.Count && pairs.Count == reference.Count && pairs.All(pair => pair.Iou >= 0.95);
        });
        Assert.True(same >= 0.9 * scenes.Count, $"{same} of {scenes.Count} scenes have the reference's masks");
    }

    [Fact]
    public void Express_ReachesItsBars()
    {
        using var model = StableDiffusion.Load(TestFolders.Prior("model"));
        var scenes = Scenes();
        var score = SceneScore.Mean([.. scenes.Select(scene =>
        {
            using var noise = new RandomStream(ExtractionSettings.Express.Seed, "localization");
            var truth = scene.Masks;
            return SceneScore.Of([.. Found(model, scene, ExtractionSettings.Express, noise).Select(m => m.Resize(truth[0].Width, truth[0].Height))], truth);
        })]);
        Assert.True(score.MeanBestIou >= 0.66 && score.Recall >= 0.80 && score.Precision >= 0.86, $"{score}");
    }

    static List<MaskedPicture> Scenes()
    {
        var folder = TestFolders.Prior("scenes/96px");
        var scenes = SceneFolder.ReadAll(folder).ToList();
        Assert.True(scenes.Count > 0, $"{folder} has no scenes");
        return scenes;
    }

    static List<Mask> Found(StableDiffusion model, MaskedPicture scene, ExtractionSettings settings, INoiseSource noise)
    {
        using var scope = NewDisposeScope();
        var image = ImageReader.Read(scene.PicturePath);
        var picture = Picture.FromRgb(image.Height, image.Width, image.Pixels);
        var concepts = new ConceptLocator(model, settings).Locate(tensor(picture.Pixels, [1, 3, picture.Height, picture.Width]), noise, stop: TestContext.Current.CancellationToken);
        return [.. concepts.Select(c => new Mask(c.Mask.Width, c.Mask.Height, c.Mask.Cells))];
    }

    sealed class StoredNoise(Tensor noise) : INoiseSource
    {
        public Tensor Normal(ReadOnlySpan<long> shape, Device device) => noise.clone();
    }
}
