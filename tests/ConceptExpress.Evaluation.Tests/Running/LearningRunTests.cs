using ConceptExpress.Diffusion;
using ConceptExpress.Encoders;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Runs;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Tests.Running;

/// <summary>The whole path at its smallest: one scene, one optimizer step a prompt, pictures of one sampler step, an encoder that sees mean colours.</summary>
public sealed class LearningRunTests : IDisposable
{
    const int Side = 64;

    readonly string root = Directory.CreateTempSubdirectory("evaluation-learning").FullName;

    [Fact]
    public void WhatIsLearned_IsDrawnAndCompared()
    {
        var picture = new ToyboxData(1, 5, default).Read(0, Side);
        var results = Run(picture, new() { ["clip"] = new EvaluationEncoder(new MeanColour(), "colours", SourceForm.Masked) });
        var things = picture.Masks.Count;
        var method = Assert.Single(results.Methods);
        var result = Assert.Single(method.Pictures);
        Assert.Equal((things, 2, 2), (result.Concepts.Count, result.Samples, result.JointSamples));
        Assert.All(result.Concepts, concept =>
        {
            Assert.Equal(["clipSimI", "clipAcc1", "clipAcc3"], concept.Metrics.Keys);
            Assert.True(concept.Metrics["clipAcc3"] >= concept.Metrics["clipAcc1"]);
        });
        Assert.Equal(result.Concepts.Average(concept => concept.Metrics["clipSimI"]), method.Metrics["clipSimI"].Mean, 1e-12);
        Assert.InRange(method.Metrics["clipSimC"].Mean, -1, 1);
        Assert.False(method.Metrics.ContainsKey("dinoSimI") || method.Metrics.ContainsKey("judgeAll"));
        var (drawn, page) = (Directory.GetFiles(Path.Combine(root, result.Item), "*.png"), File.ReadAllText(Path.Combine(root, EvaluationReport.Page)));
        Assert.Equal(2 * (things + 1) + 1, drawn.Length);
        Assert.All(drawn, file => Assert.Contains(Path.GetFileName(file), page));
    }

    [Fact]
    public void AnotherLook_CostsNoLearning_AndGivesWhatLookingAtOnceGives()
    {
        var picture = new ToyboxData(1, 5, default).Read(0, Side);
        var (masked, cut) = (new EvaluationEncoder(new MeanColour(), "colours", SourceForm.Masked), new EvaluationEncoder(new MeanColour(), "colours", SourceForm.CutOut));
        var first = Run(picture, new() { ["clip"] = masked });
        var file = Path.Combine(root, first.Methods[0].Pictures[0].Item, "item.json");
        var made = File.GetLastWriteTimeUtc(file);
        var second = Run(picture, new() { ["clip"] = cut, ["dino"] = masked }, mayLearn: false);
        Assert.Equal(made, File.GetLastWriteTimeUtc(file));
        var (before, after) = (first.Methods[0].Metrics, second.Methods[0].Metrics);
        Assert.Equal(before["clipSimI"], after["dinoSimI"]);
        Assert.NotEqual(before["clipSimI"], after["clipSimI"]);
        Assert.Equal(before["clipSimC"], after["clipSimC"]);
        Assert.Equal((SourceForm.CutOut, SourceForm.Masked), (second.Encoders["clip"].Sources, second.Encoders["dino"].Sources));
    }

    EvaluationResults Run(EvaluationPicture picture, Dictionary<string, EvaluationEncoder> encoders, bool mayLearn = true)
    {
        var settings = ExtractionSettings.Paper with { GivenMasks = true, Resolution = Side, Passes = 1, MergePass = 0, SplitTokens = 1 };
        var plan = new EvaluationPlan
        {
            Methods = [new PlannedMethod("given-masks", settings)], Seeds = [1], Samples = new SamplePlan { Count = 2, Steps = 1, Guidance = 1 },
        };
        var run = new EvaluationRun(plan, [picture], new EvaluationTools { Encoders = encoders }, new ComputingRecord("model", "fp32", "cpu", 2), root);
        var timings = new Timings(root, Machine.Describe("cpu", 2));
        var results = run.Execute(() => mayLearn ? StableDiffusion.Load(TestFolders.Toybox) : throw new InvalidOperationException("learns again"), 1, timings, new Silent(), TestContext.Current.CancellationToken);
        EvaluationReport.Write(root, results);
        return results;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    sealed class Silent : IEvaluationWatcher
    {
        public void Begin(int items, int missing) { }

        public void Done(string method, string picture) { }
    }

    sealed class MeanColour : IImageEncoder
    {
        public string Name => "colours";
        public int Width => 3;

        public Tensor Encode(IReadOnlyList<RgbImage> pictures) =>
            stack(pictures.Select(picture => tensor(picture.Pixels.ToArray(), [picture.Height * picture.Width, 3]).to(float32).mean([0L])), 0);

        public void Dispose() { }
    }
}
