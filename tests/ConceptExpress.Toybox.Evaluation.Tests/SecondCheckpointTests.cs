using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation;
using ConceptExpress.Extraction;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation.Tests;

/// <summary>The checkpoint with Stable Diffusion's four levels, whose finest level does not tell things from their ground.</summary>
public sealed class SecondCheckpointTests
{
    [Fact]
    public void AtItsTrainedSize_TheThingsOfASceneAreFound()
    {
        using var model = StableDiffusion.Load(TestFolders.Toybox256);
        Assert.Equal(256, model.TrainedResolution);
        var scene = SceneComposer.Compose(7_485_000_002, new SceneSettings { Difficulty = SceneDifficulty.Normal });
        var rendered = SceneRenderer.Render(scene, model.TrainedResolution);
        var found = new ConceptExtractor(model).Locate(rendered.Picture, ExtractionSettings.Express, null, null,
            TestContext.Current.CancellationToken);
        var score = SceneScore.Of([.. found.Select(concept => concept.ToMask(rendered.Picture.Size))], rendered.Masks);
        Assert.Equal(1, score.Recall);
        Assert.True(score.MeanBestIou > 0.7, $"mean best IoU {score.MeanBestIou}");
    }
}
