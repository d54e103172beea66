using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Extraction;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation.Tests;

public sealed class PairViewerTests
{
    // Two toys of different kinds, colours and patterns, far apart.
    static readonly Scene Both = SceneComposer.Compose(9_510_000_003, new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = 1 })
        with
    {
        Toys =
        [
            new Toy("mushroom", "red", "dotted") { X = 0.27, Y = 0.5, Size = 0.42 },
            new Toy("duck", "yellow", "plain") { X = 0.73, Y = 0.5, Size = 0.42 },
        ],
    };

    static Verdict VerdictOn(Toy toy) => new(toy.Category, toy.Color, toy.Pattern, "grass");

    [Fact]
    public void ADrawingOfBoth_IsRight_AndNothingWanders()
    {
        var figures = Figures([Both], [Both]);
        Assert.All(figures, concept =>
        {
            Assert.Equal((1, 1, 0), (concept["pairAll"], concept["pairPhrases"], concept["pairGap"]));
            Assert.Equal((0, 0, 0), (concept["pairCategoryWandered"], concept["pairColorWandered"], concept["pairPatternWandered"]));
        });
    }

    [Fact]
    public void AColourThatWandered_IsCountedWithTheToyThatGotIt()
    {
        var mixed = Both with { Toys = [Both.Toys[0] with { Color = "yellow" }, Both.Toys[1]] };
        var figures = Figures([Both, mixed], [Both, Both]);
        Assert.Equal((0.5, 1, -0.5), (figures[0]["pairAll"], figures[0]["pairPhrases"], figures[0]["pairGap"]));
        Assert.Equal((0.5, 0), (figures[0]["pairColorWandered"], figures[0]["pairCategoryWandered"]));
        Assert.Equal((1, 0), (figures[1]["pairAll"], figures[1]["pairColorWandered"]));
    }

    [Fact]
    public void AToyThatIsMissing_IsNotRight()
    {
        var alone = Both with { Toys = [Both.Toys[1]] };
        var figures = Figures([alone], []);
        Assert.Equal((0, 1), (figures[0]["pairAll"], figures[1]["pairAll"]));
        Assert.DoesNotContain("pairPhrases", figures[0].Keys);
        Assert.DoesNotContain("pairGap", figures[0].Keys);
    }

    [Fact]
    public void APropertyThatBothShare_CannotWander()
    {
        Toy[] red = [Both.Toys[0], Both.Toys[1] with { Color = "red" }];
        var figures = Figures([Both with { Toys = red }], [], red);
        Assert.DoesNotContain("pairColorWandered", figures[0].Keys);
        Assert.Contains("pairCategoryWandered", figures[0].Keys);
    }

    [Fact]
    public void WithoutPairs_ThereAreNoFigures()
    {
        using var viewer = PairViewer.Load(TestFolders.ToyboxJudge);
        var item = Item(Both.Toys) with { Pairs = [] };
        Assert.All(Assert.Single(viewer.FiguresOf([new SeenItem(item.Item, item.Record, viewer.See(item))])).Concepts, Assert.Empty);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"words":[]}]""")]
    [InlineData("[null]")]
    public void WhatIsNotAboutTheItemsPairs_IsDamaged(string seen)
    {
        using var viewer = PairViewer.Load(TestFolders.ToyboxJudge);
        var item = Item(Both.Toys);
        var record = item.Record with { Pairs = [new(0, 1, [], [])] };
        Assert.Throws<JsonException>(() => viewer.FiguresOf([new SeenItem(item.Item, record, JsonNode.Parse(seen)!)]));
    }

    [Fact]
    public void NoThing_IsTakenForBothToys()
    {
        var (first, second) = (Both.Toys[0], Both.Toys[0] with { Color = "blue" });
        Verdict right = VerdictOn(first), strange = VerdictOn(Both.Toys[1]);
        Assert.Equal(new PairJudgement(right, null), PairJudgement.Of(first, second, [right]));
        Assert.Equal(new PairJudgement(null, null), PairJudgement.Of(first, second, []));
        Assert.Equal(new PairJudgement(right, VerdictOn(second)), PairJudgement.Of(first, second, [strange, VerdictOn(second), right]));
    }

    static IReadOnlyList<IReadOnlyDictionary<string, double>> Figures(
        IReadOnlyList<Scene> words, IReadOnlyList<Scene> phrases, IReadOnlyList<Toy>? truth = null)
    {
        using var viewer = PairViewer.Load(TestFolders.ToyboxJudge);
        static List<DrawnPicture> Drawn(IEnumerable<Scene> scenes) => [.. scenes.Select(scene => SceneRenderer.Render(scene, 192))
            .Select(rendered => new DrawnPicture(rendered.Picture, rendered.Masks))];
        ItemPair pair = new(0, 1, [.. words.Select(scene => scene.Toys.Count)], [.. phrases.Select(scene => scene.Toys.Count)]);
        var item = Item(truth ?? Both.Toys) with { Pairs = [new(pair, Drawn(words), Drawn(phrases))] };
        item = item with { Record = item.Record with { Pairs = [pair] } };
        ItemFigures figures = Assert.Single(viewer.FiguresOf([new SeenItem(item.Item, item.Record, viewer.See(item))]));
        Assert.Empty(figures.Picture);
        Assert.Empty(figures.Concepts.SelectMany(concept => concept.Keys).Except(viewer.Columns.Select(column => column.Name)));
        return figures.Concepts;
    }

    static ItemPictures Item(IReadOnlyList<Toy> truth)
    {
        var rendered = SceneRenderer.Render(Both, 96);
        var picture = new EvaluationPicture("a", rendered.Picture, rendered.Masks, [.. truth.Select(ToyLabels.Of)]);
        var record = new ItemRecord
        {
            Concepts = [.. truth.Select((_, i) => new ItemConcept($"<asset{i}>", 0.1, 1, i, 0.9))],
            Truths = truth.Count,
            Samples = 1,
        };
        var settings = ExtractionSettings.Express with { Resolution = 96 };
        var item = new EvaluationItem("express", settings, GivenMasks: false, SourcePicture.Of(picture), "key");
        return new ItemPictures(item, record, [], []);
    }
}
