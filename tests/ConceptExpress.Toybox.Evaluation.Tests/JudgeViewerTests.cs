using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation.Tests;

public sealed class JudgeViewerTests
{
    // One toy each.
    static readonly RenderedScene[] Shown = [.. Enumerable.Range(0, 3).Select(i => SceneRenderer.Render(Toy(i), 96))];

    static Scene Toy(int number) => SceneComposer.Compose(9_500_000_000 + (ulong)number, new SceneSettings { ToyCount = 1 });

    [Fact]
    public void Figures_AreSharesOfPicturesThatShowTheToy()
    {
        using var viewer = JudgeViewer.Load(TestFolders.ToyboxJudge);
        var right = Enumerable.Repeat(Shown[0].Picture, 3).ToList();
        IReadOnlyList<RgbImage> mixed = [Shown[0].Picture, Shown[1].Picture, Shown[2].Picture, Shown[0].Picture];
        // Two concepts were matched with the toy of the picture, one with none.
        var item = Item([0, 0, null], [right, mixed, right]);
        var figures = Assert.Single(viewer.FiguresOf([new SeenItem(item.Item, item.Record, viewer.See(item))]));
        Assert.Empty(figures.Picture);
        Assert.Equal(["judgeCategory", "judgeColor", "judgePattern", "judgeAll"], viewer.Columns.Select(column => column.Name));
        Assert.All(viewer.Columns, column => Assert.Equal(1, figures.Concepts[0][column.Name]));
        Assert.Equal(0.5, figures.Concepts[1]["judgeAll"]);
        Assert.Empty(figures.Concepts[2]);
    }

    [Fact]
    public void OfNoDrawings_ThereAreNoFigures()
    {
        using var viewer = JudgeViewer.Load(TestFolders.ToyboxJudge);
        var item = Item([0], []); // as after localization
        Assert.All(Assert.Single(viewer.FiguresOf([new SeenItem(item.Item, item.Record, viewer.See(item))])).Concepts, Assert.Empty);
    }

    [Fact]
    public void ItSeesToysOnly()
    {
        var picture = new ToyboxData(1, 17, default).Read(0, 64);
        Assert.True(ShowsToys(picture));
        Assert.False(ShowsToys(picture with { Labels = null }));
        Assert.False(ShowsToys(picture with { Labels = [new Dictionary<string, string> { ["category"] = "duck" }] }));
        var zoo = new Dictionary<string, string> { ["category"] = "zebra", ["color"] = "white", ["pattern"] = "striped" };
        Assert.False(ShowsToys(picture with { Labels = [zoo] }));
    }

    static bool ShowsToys(EvaluationPicture picture) => JudgeViewer.ShowsToys(SourcePicture.Of(picture));

    [Fact]
    public void AnotherJudgeOrEncoder_HasAnotherKey()
    {
        IViewer WithFiles(string digest) => new JudgeViewer(Judging.Judge.Load(TestFolders.ToyboxJudge), digest);
        using IViewer one = WithFiles("one"), other = WithFiles("other");
        Assert.NotEqual(one.Key, other.Key);
        IViewer Clip(string name, SourceForm form) => EncoderViewer.Load(name, TestFolders.ToyboxClip, form);
        using IViewer masked = Clip("clip", SourceForm.Masked), cut = Clip("clip", SourceForm.CutOut);
        using var named = Clip("other", SourceForm.Masked);
        Assert.NotEqual(masked.Key, cut.Key);
        Assert.Equal(masked.Key, named.Key); // what it sees is the same
    }

    static ItemPictures Item(int?[] truths, IReadOnlyList<IReadOnlyList<RgbImage>> drawn)
    {
        var picture = new EvaluationPicture("a", Shown[0].Picture, Shown[0].Masks, [ToyLabels.Of(Toy(0).Toys[0])]);
        var record = new ItemRecord
        {
            Concepts = [.. truths.Select((truth, i) => new ItemConcept($"<asset{i}>", 0.1, 1, truth, 0.5))],
            Truths = 1,
            Samples = drawn.Count > 0 ? 3 : 0,
        };
        var settings = ExtractionSettings.Express with { Resolution = 96 };
        return new ItemPictures(new EvaluationItem("express", settings, GivenMasks: false, SourcePicture.Of(picture), "key"), record, drawn, []);
    }
}
