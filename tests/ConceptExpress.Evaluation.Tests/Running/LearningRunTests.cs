using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Evaluation.Tests.Viewing;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Runs;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests.Running;

/// <summary>
/// The whole path at its smallest: one picture, one optimizer step a prompt, pictures of one sampler step, an encoder that sees mean
/// colours.
/// </summary>
public sealed class LearningRunTests : IDisposable
{
    const int Side = 64;

    readonly string root = Directory.CreateTempSubdirectory("evaluation-learning").FullName;

    [Fact]
    public void WhatIsLearned_IsDrawnAndCompared()
    {
        var results = Run(new EncoderViewer("clip", new MeanColour(), "colours", SourceForm.Masked));
        var things = PlainPictures.Of(0).Masks.Count;
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
        var drawn = Directory.GetFiles(Path.Combine(root, result.Item), "*.png");
        Assert.Equal(2 * (things + 1) + 1, drawn.Length);
        var page = File.ReadAllText(Path.Combine(root, new PageExporter().FileName));
        Assert.All(drawn, file => Assert.Contains(Path.GetFileName(file), page));
    }

    [Fact]
    public void AnotherLook_CostsNoLearning_AndGivesWhatLookingAtOnceGives()
    {
        EncoderViewer Viewer(string name, SourceForm form) => new(name, new MeanColour(), "colours", form);
        var first = Run(Viewer("clip", SourceForm.Masked));
        var file = Path.Combine(root, first.Methods[0].Pictures[0].Item, "item.json");
        var made = File.GetLastWriteTimeUtc(file);
        mayLearn = false;
        var second = Run(Viewer("clip", SourceForm.CutOut), Viewer("dino", SourceForm.Masked));
        Assert.Equal(made, File.GetLastWriteTimeUtc(file));
        var (before, after) = (first.Methods[0].Metrics, second.Methods[0].Metrics);
        Assert.Equal(before["clipSimI"], after["dinoSimI"]);
        Assert.NotEqual(before["clipSimI"], after["clipSimI"]);
        Assert.Equal(before["clipSimC"], after["clipSimC"]);
        Assert.Equal([("clip", "cut-out"), ("dino", "masked")], second.Viewers.Select(viewer => (viewer.Name, viewer.Form)));
    }

    [Fact]
    public void Pairs_AreDrawnTogether_AndKeptWithTheThingsInThem()
    {
        pairs = 1;
        using var looker = new PairLooker();
        var result = Run(looker).Methods[0].Pictures[0];
        var things = PlainPictures.Of(0).Masks.Count;
        Assert.Equal(things * (things - 1) / 2, result.Pairs.Count);
        Assert.All(result.Pairs, pair => Assert.Equal((1, 0), (pair.Samples, pair.PhraseSamples))); // no phrases are known
        Assert.Equal(result.Pairs.Count, looker.Seen!.Count);
        Assert.All(looker.Seen, shown =>
        {
            var drawing = Assert.Single(shown.Words);
            Assert.NotEmpty(drawing.Things);
            Assert.All(drawing.Things, thing => Assert.Equal(drawing.Picture.Size, thing.Size));
        });
        var page = File.ReadAllText(Path.Combine(root, new PageExporter().FileName));
        Assert.All(result.Pairs, pair => Assert.Contains($"{ItemFiles.PairOf(pair.First, pair.Second).Drawing(0)}", page));
        Assert.Contains("1 of every pair", File.ReadAllText(Path.Combine(root, new MarkdownExporter().FileName)));
    }

    [Fact]
    public void PhrasesThatDoNotFitOnePrompt_AreRefused()
    {
        (pairs, phrase) = (1, string.Join(' ', Enumerable.Repeat("ball", 200)));
        var message = Assert.Throws<SettingsException>(() => Run()).Message;
        Assert.Contains("does not fit", message);
        Assert.Contains("shorter phrases", message);
    }

    sealed class PairLooker : IViewer
    {
        public IReadOnlyList<PairPictures>? Seen { get; private set; }

        public string Name => "looker";

        public string Files => "none";

        public string? Form => null;

        public IReadOnlyList<MetricColumn> Columns => [];

        public bool CanSee(SourcePicture picture) => true;

        public JsonNode See(ItemPictures item)
        {
            Seen = item.Pairs;
            return new JsonArray();
        }

        public IReadOnlyList<ItemFigures> FiguresOf(IReadOnlyList<SeenItem> all) =>
            [.. all.Select(_ => new ItemFigures(new Dictionary<string, double>(), []))];

        public void Dispose() { }
    }

    bool mayLearn = true;
    int pairs;
    string? phrase;

    EvaluationResults Run(params IReadOnlyList<IViewer> viewers)
    {
        var settings = ExtractionSettings.Paper with { Resolution = Side, Learning = new() { Passes = 1, MergePass = 0, SplitTokens = 1 } };
        var plan = new EvaluationPlan
        {
            Methods = [new("given-masks", settings, GivenMasks: true)],
            Seeds = [1],
            Samples = new SamplePlan { Count = 2, Pairs = pairs, Sampling = new SamplingSettings { Steps = 1, Guidance = 1 } },
        };
        var setup = new EvaluationSetup(plan.Validated(), [SourcePicture.Of(Picture())], viewers,
            new ComputingRecord("model", "fp32", "cpu", 2));
        EvaluationPicture Picture() => phrase is null ? PlainPictures.Of(0) : PlainPictures.Of(0) with
        {
            Labels = [.. PlainPictures.Of(0).Masks.Select(_ => new Dictionary<string, string> { [ThingLabels.Phrase] = phrase })],
        };
        ModelLease Lend() =>
            mayLearn ? ModelLease.Owning(StableDiffusion.Load(TestFolders.Toybox)) : throw new InvalidOperationException("learns again");
        var timings = new Timings(root, Machine.Describe("cpu", 2));
        var items = new EvaluationRun(setup, root).Execute(Lend, 1, timings, stop: TestContext.Current.CancellationToken);
        var results = EvaluationResults.Of(setup, items);
        Exporters.Write(root, results);
        return results;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
