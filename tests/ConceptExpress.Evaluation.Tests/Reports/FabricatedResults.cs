using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Tests.Reports;

/// <summary>Results that no run made: two methods, two seeds, three pictures, of which each is found as well as its number says.</summary>
static class FabricatedResults
{
    public static readonly string[] Names = ["b, the best", "c </script>", "a"];

    public static EvaluationResults Of(params IReadOnlyList<IViewer> viewers)
    {
        SourcePicture[] pictures = [.. Names.Select((name, i) => SourcePicture.Of(PlainPictures.Of(i) with { Name = name }))];
        var settings = ExtractionSettings.Paper with { Resolution = 64 };
        var plan = new EvaluationPlan { Methods = [new("paper", settings), new("express", settings)], Seeds = [1, 2] };
        var setup = new EvaluationSetup(plan, pictures, viewers, new ComputingRecord("model", "fp32", "cpu", 1));
        return EvaluationResults.Of(setup, [.. setup.Items().Select(item => Finished(item, viewers))]);
    }

    // "a" is found worst, "b" best; express is a little better.
    static FinishedItem Finished(EvaluationItem item, IReadOnlyList<IViewer> viewers)
    {
        var quality = (item.Picture.Name[0] switch { 'a' => 0.1, 'c' => 0.4, _ => 0.9 })
            + (item.Method == "express" ? 0.05 : 0) + 0.001 * item.Settings.Seed;
        var masks = item.Picture.Read().Masks;
        var score = SceneScore.Of(masks, masks) with { MeanBestIou = quality, CountError = 1 - quality };
        var record = new ItemRecord
        {
            Score = score,
            Concepts = [new ItemConcept("<asset0>", 0.3, 1, 0, quality, item.Method == "express" ? 0.85 : null)],
            Truths = 2,
            Samples = 2,
            JointSamples = 1,
        };
        var shown = new ItemPictures(item, record, [[], []], []);
        return new FinishedItem(item, record, viewers.ToDictionary(viewer => viewer.Name, viewer => viewer.See(shown)));
    }
}

/// <summary>A viewer that nobody else knows: how bright pictures are. It lacks a figure for concepts of the first seed.</summary>
sealed class Brightness : IViewer
{
    public string Name => "light-meter";
    public string Files => "none";
    public string? Form => "by-day";
    public IReadOnlyList<MetricColumn> Columns { get; } =
        [new("brightness", "how bright it is"), new("glare", "glare", MoreIsBetter: false, Leading: true)];

    public bool CanSee(SourcePicture picture) => true;

    public JsonNode See(ItemPictures item) =>
        JsonSerializer.SerializeToNode(item.Item.Picture.Read().Image.Pixels.ToArray().Average(value => (double)value))!;

    public IReadOnlyList<ItemFigures> FiguresOf(IReadOnlyList<SeenItem> all)
    {
        var brightest = all.Max(item => item.Seen.GetValue<double>());
        return [.. all.Select(item => new ItemFigures(
            new Dictionary<string, double> { ["brightness"] = item.Seen.GetValue<double>() / brightest },
            [item.Item.Settings.Seed == 1 ? new Dictionary<string, double>() : new Dictionary<string, double> { ["glare"] = 0.0625 }]))];
    }

    public void Dispose() { }
}
