using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Learning;

/// <summary>Learning takes the same memory at every step.</summary>
public class LearningMemoryTests
{
    const int Concepts = 2;

    [Fact]
    public void LiveTensors_DoNotGrow_AfterTheTenthStep_At512Pixels()
    {
        using var model = CoreCheckpoint.Load();
        // 8 steps of split tokens, then 6 of merged ones.
        var settings = Changed(ExtractionSettings.Paper, learning => learning with { SplitTokens = 2, Passes = 4, MergePass = 2 });
        var (process, thread) = (new List<long>(), new List<long>());
        Learn(model, side: 512 / 8, settings, _ =>
        {
            process.Add(Tensor.TotalCount);
            thread.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount); // what the garbage collector frees, this still counts
        });
        Assert.Equal(14, process.Count);
        Assert.All(process[10..], count => Assert.InRange(count, 0, process[9]));
        Assert.All(thread[10..], count => Assert.InRange(count, 0, thread[9]));
    }

    [Fact]
    public void ResidentMemory_DoesNotGrow_OverAHundredSteps_AtToyboxSize()
    {
        const int warmUp = 30, measured = 100;
        // Allocators hand memory back late and in pieces; one attention map of one step in a hundred kept would be more.
        const long noise = 24 << 20;
        using var model = StableDiffusion.Load(TestFolders.Toybox);
        // 3 prompts per pass: each concept, and both.
        var settings = Changed(ExtractionSettings.Express,
            learning =>
                learning with { BatchSize = 1, Passes = (warmUp + measured) / (Concepts + 1) + 1, MergePass = 0, Start = new MeanWord() });
        long before = 0, after = 0;
        Learn(model, model.TrainedResolution / model.Downscale, settings, step =>
        {
            if (step == warmUp) before = Resident();
            if (step == warmUp + measured) after = Resident();
        });
        Assert.InRange(after, 1, before + noise);
    }

    static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }

    static ExtractionSettings Changed(ExtractionSettings settings, Func<LearningSettings, LearningSettings> change) =>
        settings with { Learning = change(settings.Learning) };

    /// <summary>Learns two squares of a random latent.</summary>
    static void Learn(StableDiffusion model, int side, ExtractionSettings settings, Action<int> afterStep)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "picture");
        var masks = zeros(Concepts, side, side);
        var (quarter, half) = (side / 4, side / 2);
        masks[0].narrow(0, 0, half).narrow(1, 0, half).fill_(1);
        masks[1].narrow(0, half, quarter).narrow(1, half, quarter).fill_(1);
        var features = (masks + 0.01) / (masks + 0.01).sum([1L, 2L], keepdim: true);
        Posterior Random() => new(random.Normal([1, 4, side, side], CPU), full([1, 4, side, side], -6f), model.VaeConfig.ScalingFactor);

        using var target = LearningTarget.FromPosteriors(Random(), Random(), masks, features);
        var learning = settings.Learning;
        var learner = new ConceptLearner(model, target, learning, settings.Losses, new SeededTrainingDraws(settings.Seed));
        var stop = TestContext.Current.CancellationToken;
        var split = TokenTable.Begin(model, Concepts, learning, settings.Seed, []);
        while (split.Pass < learning.MergePass) split = learner.Pass(split, done => afterStep(done.Step), stop);
        var merged = split.MergeByMean();
        while (merged.Pass < learning.Passes) merged = learner.Pass(merged, done => afterStep(done.Step), stop);
    }
}
