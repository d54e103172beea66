using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Tests.Core;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>Every step's losses, gradient norms and rows.</summary>
public class TrainingGoldenTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void EveryStep_EqualsGolden_AlsoFromAStateInTheMiddle(bool anew)
    {
        using var scope = NewDisposeScope();
        if (TestFolders.HasWholeGolden) FollowFromThePhoto(anew);
        else FollowFromTheCoresPosteriors(anew);
    }

    static void FollowFromThePhoto(bool anew)
    {
        using var run = new RecordedRun(file => TestFolders.Golden($"training/{file}"));
        var photo = Photo();
        using var model = StableDiffusion.Load(TestFolders.Golden("tiny-sd2"), ComputePrecision.Fp32);
        using var target = LearningTarget.FromMasks(model, photo, run.Masks, run.Features);
        run.Follow(model, target, anew, TestContext.Current.CancellationToken);
    }

    static void FollowFromTheCoresPosteriors(bool anew)
    {
        using var run = new RecordedRun(file => TestFolders.GoldenCore($"training/{file}"));
        using var model = CoreCheckpoint.Load(ComputePrecision.Fp32);
        using var posteriors = GoldenFile.At(TestFolders.GoldenCore(GoldenCore.Posteriors));
        Posterior Of(string view) => new(posteriors[$"{view}/mean"], posteriors[$"{view}/log_variance"], model.VaeConfig.ScalingFactor);
        using var target = LearningTarget.FromPosteriors(Of("upright"), Of("mirrored"), run.Masks, run.Features);
        run.Follow(model, target, anew, TestContext.Current.CancellationToken);
    }

    /// <summary>The photo of attention and training, (1,3,H,W).</summary>
    internal static Tensor Photo() => PixelTensor.From(ImageReader.Read(TestFolders.GoldenPhoto), CPU);
}
