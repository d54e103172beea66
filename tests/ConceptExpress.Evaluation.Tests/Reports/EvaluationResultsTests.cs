using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Tests.Reports;

public class EvaluationResultsTests
{
    static readonly EvaluationPicture picture = new("a", new RgbImage(1, 1, new byte[3]), [new Mask(1, 1, [true])], null);
    static readonly EvaluationTools tools = new() { Encoders = new Dictionary<string, EvaluationEncoder> { ["clip"] = new(null!, "hash", SourceForm.Masked) } };

    [Fact]
    public void Methods_AreComparedOnTheSeedsThatBothHave()
    {
        var plan = new EvaluationPlan { Methods = [new("paper", ExtractionSettings.Paper), new("express", ExtractionSettings.Express)], Seeds = [1, 2] };
        // With seed 2 the second method matches nothing, so that it has no similarity there.
        FinishedItem[] items = [Finished("paper", 1, 0.2), Finished("paper", 2, 1), Finished("express", 1, 0.7), Finished("express", 2, null)];
        var results = EvaluationResults.Of(plan, [picture], items, tools, new ComputingRecord("model", "fp32", "cpu", 1));
        Assert.Equal(0.6, results.Methods[0].Metrics["clipSimI"].Mean, 1e-6);
        Assert.Equal(0.5, results.Comparisons[0].Differences["clipSimI"].Mean, 1e-6);
    }

    // A concept whose drawing has the given cosine with its thing; null: none was found.
    static FinishedItem Finished(string method, long seed, double? cosine)
    {
        byte[] thing = ItemFeatures.Pack([1f, 0f]);
        var drawn = cosine is { } c ? ItemFeatures.Pack([(float)c, (float)Math.Sqrt(1 - c * c)]) : null;
        var features = new ItemFeatures(thing, [thing], drawn is null ? [] : [[drawn]], []);
        return new FinishedItem(
            new EvaluationItem(method, ExtractionSettings.Paper with { Seed = seed }, picture, $"{method}{seed}"),
            new ItemRecord { Concepts = drawn is null ? [] : [new ItemConcept("<asset0>", 1, 1, 0, 1)], Truths = 1, Samples = 1 },
            new ItemViews(new Dictionary<string, ItemFeatures> { ["clip"] = features }, null));
    }
}
