using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Tests.Viewing;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Tests.Reports;

public class EvaluationResultsTests
{
    static readonly ExtractionSettings settings = ExtractionSettings.Paper with { Resolution = 64 };
    static readonly PixelSize size = PixelSize.Square(1);
    static readonly EvaluationPicture picture = new("a", new RgbImage(size, new byte[3]), [new Mask(size, [true])]);
    static readonly ComputingRecord computing = new("model", "fp32", "cpu", 1);

    [Fact]
    public void Methods_AreComparedOnTheSeedsThatBothHave()
    {
        var plan = new EvaluationPlan { Methods = [new("paper", settings), new("express", settings)], Seeds = [1, 2] };
        var setup = new EvaluationSetup(plan, [SourcePicture.Of(picture)], [Viewer()], computing);
        // With seed 2 the second method matches nothing, so that it has no similarity there.
        FinishedItem[] items =
            [Finished("paper", 1, 0.2), Finished("paper", 2, 1), Finished("express", 1, 0.7), Finished("express", 2, null)];
        var results = EvaluationResults.Of(setup, items);
        Assert.Equal(0.6, results.Methods[0].Metrics["clipSimI"].Mean, 1e-6);
        Assert.Equal(0.5, results.Comparisons[0].Differences["clipSimI"].Mean, 1e-6);
        Assert.Equal(1, results.SourceConcepts);
    }

    /// <summary>Accuracies tell the things of all pictures apart, also of those where nothing was found.</summary>
    [Fact]
    public void Prototypes_AreTheThingsOfTheWholeDataSet()
    {
        var other = picture with { Name = "b" };
        var setup = new EvaluationSetup(
            new EvaluationPlan { Methods = [new("paper", settings)], Seeds = [1] }, [SourcePicture.Of(picture), SourcePicture.Of(other)],
            [Viewer()], computing);
        FinishedItem nothing = Finished("paper", 1, null, [0.6f, 0.8f]);
        FinishedItem[] items = [Finished("paper", 1, 0.6), nothing with { Item = nothing.Item with { Picture = SourcePicture.Of(other) } }];
        var results = EvaluationResults.Of(setup, items);
        Assert.Equal((0, 1), (results.Methods[0].Metrics["clipAcc1"].Mean, results.Methods[0].Metrics["clipAcc3"].Mean));
    }

    static EncoderViewer Viewer() => new("clip", new MeanColour(), "hash", SourceForm.Masked);

    // A concept whose drawing has the given cosine with its thing; null: none was found.
    static FinishedItem Finished(string method, long seed, double? cosine, float[]? own = null)
    {
        byte[] thing = ItemFeatures.Pack(own ?? [1f, 0f]);
        var drawn = cosine is { } c ? ItemFeatures.Pack([(float)c, (float)Math.Sqrt(1 - c * c)]) : null;
        var features = new ItemFeatures(thing, [thing], drawn is null ? [] : [[drawn]], []);
        return new FinishedItem(
            new EvaluationItem(method, settings with { Seed = seed }, GivenMasks: false, SourcePicture.Of(picture), $"{method}{seed}"),
            new ItemRecord { Concepts = drawn is null ? [] : [new ItemConcept("<asset0>", 1, 1, 0, 1)], Truths = 1, Samples = 1 },
            new Dictionary<string, JsonNode> { ["clip"] = JsonSerializer.SerializeToNode(features, LibraryJson.Compact)! });
    }
}
