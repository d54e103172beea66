using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Pages;
using ConceptExpress.Library.Programs;
using ConceptExpress.Library.Tests.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Pages;

public sealed class ReportPageTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    static IDocument Read(ExtractionReport report) => new HtmlParser().ParseDocument(SampleReports.Page(report));

    [Fact]
    public void EveryConcept_HasAMask_ARowAndACard()
    {
        var report = SampleReports.Full();
        var page = Read(report);
        Assert.Equal(["1", "0"], page.QuerySelectorAll(".mask").Select(mask => mask.GetAttribute("data-concept")).OrderDescending());
        Assert.Equal(2, page.QuerySelectorAll(".legend li").Length);
        var cards = page.QuerySelectorAll(".card").ToList();
        Assert.Equal(report.Names.Count, cards.Count);
        foreach (var (card, name) in cards.Zip(report.Names))
        {
            Assert.Contains($"<{name}>", card.TextContent);
            Assert.Contains($"embeddings/{name}.safetensors", card.TextContent);
            Assert.All(DrawingProgram.All, program => Assert.Contains(program.Spell(name), card.QuerySelectorAll("dd code")
                .Select(code => code.TextContent)));
            Assert.Equal(1 + 2 + 2, card.QuerySelectorAll(".views figure").Length); // close-up, previews, maps
        }
        Assert.Equal("ball", cards[0].QuerySelector("h3")!.TextContent);
        Assert.Contains("<i>cup</i>", cards[1].QuerySelector(".nearest")!.TextContent);
    }

    [Fact]
    public void EveryPartOfThePage_IsThere()
    {
        var page = Read(SampleReports.Full() with { Samples = SampleReports.Samples(temp) });
        Assert.Equal(["concepts", "programs", "together", "learning", "settings", "run"],
            page.QuerySelectorAll("main > section[id]").Select(section => section.Id));
        Assert.Equal(["5", "10", "15"], page.QuerySelectorAll("[data-pass]").Select(frame => frame.GetAttribute("data-pass")));
        Assert.NotEmpty(page.QuerySelectorAll(".loss .smooth"));
        Assert.NotEmpty(page.QuerySelectorAll(".loss .merge"));
        Assert.Equal("The picture is cut off", page.QuerySelector(".notices li")!.TextContent);
        Assert.Contains(Phases.Locate, page.QuerySelector(".phases")!.TextContent);
        Assert.Contains(new string('b', 64), page.QuerySelector("#run")!.TextContent);
    }

    [Fact]
    public void NamesOfFilesAndWords_AreText()
    {
        var report = SampleReports.Full(SampleReports.Hostile);
        var page = Read(report with { Warnings = [SampleReports.Hostile], Model = report.Model with { Name = SampleReports.Hostile } });
        Assert.Equal(SampleReports.Hostile, page.QuerySelector("h1")!.TextContent);
        Assert.Single(page.QuerySelectorAll("script"));
        Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes),
            attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name == "style");
        Assert.All(page.QuerySelectorAll("img"), image => Assert.StartsWith("data:", image.GetAttribute("src")));
    }

    [Fact]
    public void NothingIsLoaded()
    {
        var text = SampleReports.Page(SampleReports.Full());
        var page = new HtmlParser().ParseDocument(text);
        Assert.Empty(page.QuerySelectorAll("link, iframe, object, embed, base"));
        Assert.DoesNotContain("http", text.Replace("http-equiv", ""), StringComparison.OrdinalIgnoreCase);
        Assert.All(page.All.SelectMany(element => element.Attributes).Where(attribute => attribute.Name is "src" or "href" or "srcset"),
            attribute => Assert.Matches("^(data:image/(png|jpeg);base64,|#)", attribute.Value));
        var policy = page.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content");
        Assert.Contains("default-src 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    [Fact]
    public void TheSameExtraction_GivesTheSamePage()
    {
        var report = SampleReports.Full();
        Assert.Equal(SampleReports.Page(report), SampleReports.Page(report));
        Assert.DoesNotContain('\r', SampleReports.Page(report));
    }

    [Fact]
    public void ThePageOfALargePhotograph_IsSmall() => Assert.InRange(SampleReports.Page(SampleReports.Large()).Length, 100_000, 5_000_000);

    [Fact]
    public void APictureWithoutConcepts_HasAPage()
    {
        var page = Read(SampleReports.Full() with
        {
            Located = [],
            Learned = new ConceptSet([], null),
            Namings = null,
            WordMaps = null,
            Previews = null,
            Steps = null,
            Warnings = [],
        });
        Assert.Contains("Nothing stands out", page.QuerySelector(".notices")!.TextContent);
        Assert.Empty(page.QuerySelectorAll(".mask, .card, .legend, #concepts, #together, #learning, #programs"));
    }

    [Fact]
    public void APageWithoutPreviews_OfAnUnfinishedExtraction_SaysSo()
    {
        var page = Read(SampleReports.Full() with { Previews = null, WordMaps = null, Namings = null, Unfinished = new(3, 30) });
        Assert.Contains("3 of 30 passes", page.QuerySelector(".notices li")!.TextContent);
        Assert.Null(page.QuerySelector("#together"));
        Assert.Equal(2, page.QuerySelectorAll(".views svg.tile[aria-label^=Attention]").Length); // the targets only
    }

    [Fact]
    public void SettingsThatDifferFromThePreset_AreMarked()
    {
        var page = Read(SampleReports.Full());
        var changed = page.QuerySelectorAll("details tr.changed").Select(row => row.QuerySelector("th")!.TextContent).ToList();
        Assert.Contains("seed", changed);
        Assert.Contains("previewSettings.count", changed);
        Assert.DoesNotContain("learning.passes", changed);
        var paper = Read(SampleReports.Full() with { Previews = null, Settings = ExtractionSettings.Paper with { Resolution = 96 } });
        Assert.Contains("All settings are those of the preset paper", paper.QuerySelector("#settings")!.TextContent);
        Assert.Empty(paper.QuerySelectorAll("tr.changed"));
    }

    [Fact]
    public void AReportOfAPerson_IsNotOurs()
    {
        temp.Fill("mine.html");
        File.WriteAllText(temp["ours.html"], SampleReports.Page(SampleReports.Full()));
        Assert.False(HtmlPage.IsOurs(temp["mine.html"]));
        Assert.True(HtmlPage.IsOurs(temp["ours.html"]));
    }
}
