using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
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
            var reference = Reference(scene);
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
            return SceneScore.Of(Found(model, scene, ExtractionSettings.Express, noise), scene.Masks);
        })]);
        Assert.True(score.MeanBestIou >= 0.66 && score.Recall >= 0.80 && score.Precision >= 0.86, $"{score}");
    }

    [Fact]
    public void TheReferencesMasks_ScoreAsReported()
    {
        var mean = SceneScore.Mean([.. Scenes().Select(scene => SceneScore.Of(Reference(scene), scene.Masks))]);
        Assert.Equal((0.37, 0.26), (Math.Round(mean.MeanBestIou, 2), Math.Round(mean.Precision, 2)));
        Assert.Equal((0.36, 0.26), (Math.Round(mean.Recall, 2), Math.Round(mean.ExactCount, 2)));
    }

    static List<EvaluationPicture> Scenes()
    {
        var data = new FolderData(TestFolders.Prior("scenes/96px"));
        return [.. Enumerable.Range(0, data.Count).Select(i => data.Read(i, 0))];
    }

    static List<Mask> Reference(EvaluationPicture scene) =>
        [.. MaskFolder.ReadAll(TestFolders.Prior($"reference/{scene.Name}")).Select(mask => mask.Resize(scene.Image.Size))];

    // Scenes are squares of the size that the checkpoint was trained at.
    static List<Mask> Found(StableDiffusion model, EvaluationPicture scene, ExtractionSettings settings, INoiseSource noise)
    {
        using var scope = NewDisposeScope();
        var concepts = new ConceptLocator(model, settings.Locating, settings.Seed)
            .Locate(PixelTensor.From(scene.Image, CPU), scene.Image, noise, stop: TestContext.Current.CancellationToken);
        return [.. concepts.Select(concept => concept.ToMask(scene.Image.Size))];
    }

    sealed class StoredNoise(Tensor noise) : INoiseSource
    {
        public Tensor Normal(ReadOnlySpan<long> shape, Device device) => noise.clone();
    }
}
