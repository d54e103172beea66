using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConceptExpress.Evaluation.Reports;

namespace ConceptExpress.Evaluation.Tests.Reports;

public sealed class ExporterTests
{
    [Fact]
    public void TheSameResults_GiveTheSameText() => Assert.All(Exporters.All, exporter =>
    {
        var text = exporter.Text(FabricatedResults.Of(new Brightness()));
        Assert.Equal(text, exporter.Text(FabricatedResults.Of(new Brightness())));
        Assert.EndsWith("\n", text);
        Assert.DoesNotContain('\r', text);
    });

    /// <summary>
    /// Who adds a viewer changes nothing else: its figures stand in every file, and nothing of it does where it did not look.
    /// </summary>
    [Fact]
    public void AFurtherViewer_StandsInEveryFile()
    {
        var (with, without) = (FabricatedResults.Of(new Brightness()), FabricatedResults.Of());
        Assert.Equal(
            without.Columns.Select(column => column.Name).Concat(["brightness", "glare"]), with.Columns.Select(column => column.Name));
        Assert.Equal((1, 0.0625), (with.Methods[0].Metrics["brightness"].High, with.Methods[1].Metrics["glare"].Mean));
        Assert.All(Exporters.All, exporter =>
        {
            Assert.Matches("brightness|how bright it is", exporter.Text(with));
            Assert.DoesNotMatch("brightness|how bright it is|glare|light-meter", exporter.Text(without));
        });
        Assert.Contains("light-meter is shown things by-day", MarkdownExporter.Summary(with));
        var json = JsonNode.Parse(new JsonExporter().Text(with))!;
        Assert.Equal("by-day", (string)json["viewers"]!["light-meter"]!["form"]!);
        Assert.Equal(0.0625, (double)json["methods"]!["paper"]!["glare"]!);
        Assert.Equal(0.0625, (double)json["methods"]!["paper"]!["pictures"]![1]!["concepts"]![0]!["metrics"]!["glare"]!);
    }

    /// <summary>Of six concepts that are .85 sure, those of the best picture are right, with either seed.</summary>
    [Fact]
    public void Confidence_IsComparedWithWhatIsRight()
    {
        var results = FabricatedResults.Of();
        Assert.Empty(results.Methods[0].Reliability);
        var bin = Assert.Single(results.Methods[1].Reliability);
        Assert.Equal((0.8, 6), (bin.From, bin.Concepts));
        Assert.Equal(0.85, bin.Confidence, 1e-9);
        Assert.Equal(1 / 3.0, bin.Right, 1e-9);
        Assert.Equal(0.85 - 1 / 3.0, ReliabilityBin.Error([bin]), 1e-9);
        var markdown = new MarkdownExporter().Text(results);
        Assert.Contains("Confidence of express (calibration error 0.517)", markdown);
        Assert.Contains("| 0.8 to 0.9 | 6 | 0.850 | 0.333 |", markdown);
        Assert.DoesNotContain("Confidence of paper", markdown);
        Assert.Equal(6, (int)JsonNode.Parse(new JsonExporter().Text(results))!["methods"]!["express"]!["reliability"]![0]!["concepts"]!);
        Assert.Equal(1, Regex.Count(new PageExporter().Text(results), "<svg class=\"reliability\""));
    }

    [Fact]
    public void Json_HoldsTheSettings_AsTheLibraryWritesThem()
    {
        var json = JsonNode.Parse(new JsonExporter().Text(FabricatedResults.Of()))!;
        Assert.Equal(JsonExporter.Schema, (string)json["schema"]!);
        Assert.Equal("published", (string)json["methods"]!["express"]!["settings"]!["locating"]!["kind"]!);
        Assert.False((bool)json["methods"]!["express"]!["givenMasks"]!);
        Assert.Equal(50, (int)json["samples"]!["steps"]!);
        Assert.Equal(6, json["methods"]!["paper"]!["pictures"]!.AsArray().Count);
    }

    [Fact]
    public void Csv_HasALineForEveryResult_AndAFieldForEveryColumn()
    {
        var results = FabricatedResults.Of(new Brightness());
        var lines = new CsvExporter().Text(results).TrimEnd('\n').Split('\n');
        Assert.Equal(1 + 2 * 2 * 3, lines.Length);
        Assert.All(lines, line => Assert.Equal(5 + results.Columns.Count, Regex.Count(Regex.Replace(line, "\"[^\"]*\"", "x"), ",") + 1));
        Assert.Contains("paper,\"b, the best\",1,2,1,0.901,", lines[1]);
        Assert.EndsWith(",", lines[1]); // no glare with the first seed
    }

    [Fact]
    public void ThePage_HasTheWorstPictureFirst()
    {
        var page = new PageExporter().Text(FabricatedResults.Of());
        var names = Regex.Matches(page, "<tr><th scope=\"row\">([^<]*)</th><td><figure").Select(match => match.Groups[1].Value);
        Assert.Equal(["a", "c &lt;/script&gt;", "b, the best"], names);
    }

    [Fact]
    public void ThePage_HasARowForEveryPicture_AndACellForEveryMethod()
    {
        var results = FabricatedResults.Of(new Brightness());
        var page = new PageExporter().Text(results);
        var rows = Regex.Matches(page, "<tr><th scope=\"row\">[^<]*</th><td><figure.*?</tr>", RegexOptions.Singleline);
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(2 + results.Methods.Count, Regex.Count(row.Value, "<td>")));
        Assert.All(results.Methods.SelectMany(method => method.Pictures), result => Assert.Contains($"{result.Item}/found.png", page));
        Assert.Contains("sources/b%2C%20the%20best.png", page);
    }

    [Fact]
    public void ThePagesScript_KnowsWhatItSorts_AndNothingIsLoadedFromElsewhere()
    {
        var results = FabricatedResults.Of(new Brightness());
        var page = new PageExporter().Text(results);
        Assert.DoesNotContain("http", page);
        Assert.DoesNotMatch("<(link|iframe)|src=\"/", page);
        Assert.Equal(2, Regex.Count(page, "</script>"));
        var figures = JsonNode.Parse(Regex.Match(page, "id=\"figures\">([^<]*)</script>").Groups[1].Value)!;
        var labels = figures["columns"]!.AsArray().Select(column => (string)column!["label"]!).ToList();
        Assert.Equal(results.Measured.Select(column => column.Label), labels);
        Assert.Equal(labels.Count + 2, Regex.Count(page, "<button type=\"button\" data-by=")); // the worst first, names
        Assert.Equal(results.Methods.Count, Regex.Count(page, "<button type=\"button\" data-method="));
        Assert.Equal(1 + results.Methods.Count, Regex.Count(page, "aria-sort=\"none\"><button"));
        // The worst picture, both methods, means of both seeds.
        Assert.Equal([0.1015, 0.1515], figures["values"]![0]!.AsArray().Select(method => Math.Round((double)method![0]!, 9)));
    }
}
