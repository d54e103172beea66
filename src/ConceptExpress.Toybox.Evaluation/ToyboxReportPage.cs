using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConceptExpress.Evaluation;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>Writes a report as a JSON file and an HTML page with its pictures embedded.</summary>
static partial class ToyboxReportPage
{
    /// <summary>Names of the two files.</summary>
    public const string JsonFile = "toybox-report.json", PageFile = "toybox-report.html";

    /// <summary>The names of the files, and how files of an earlier report are recognised.</summary>
    public static OutputKind Output { get; } = new("toybox report", ReportFile(), EarlierFiles);

    /// <summary>Writes both files into an existing folder.</summary>
    public static void Write(string folder, ToyboxReport report, IReadOnlyList<PictureSheet> sheets)
    {
        LibraryJson.Write(Path.Combine(folder, JsonFile), report);
        File.WriteAllText(Path.Combine(folder, PageFile), Page(report, sheets));
    }

    /// <summary>The report's figures as text, one row per part that was measured.</summary>
    public static IEnumerable<(string Name, string Value)> Rows(ToyboxReport report)
    {
        if (report.JudgeOnWholes is { } wholes) yield return ("judge on held-out renderings", Words(wholes));
        if (report.JudgeOnParts is { } parts) yield return ("judge on cut-outs of held-out renderings", Words(parts));
        if (report.Autoencoder is { } coder)
            yield return ("autoencoder", Text($"PSNR {coder.Psnr:0.0} dB, SSIM {coder.Ssim:0.000} (of {coder.Count})"));
        if (report.SingleToy is { } single) yield return ("captions with one toy", Words(single));
        if (report.TwoToys is { } two)
            yield return ("captions with two toys",
                Text($"both right in category and colour {two.CategoryAndColor:0.000}, in pattern too {two.All:0.000} (of {two.Count})"));
        foreach (var (preset, score) in report.Localization ?? new Dictionary<string, SceneScore>())
            yield return ($"localization, {preset}", Words(score));
        if (report.Extraction is { } extraction) yield return ("previews of learned words", Words(extraction));
    }

    static string Words(SceneScore score) => Text(
        $"mean best IoU {score.MeanBestIou:0.000}, precision {score.Precision:0.000}, recall {score.Recall:0.000}, ")
        + Text($"count error {score.CountError:0.00}, exact {score.ExactCount:0.00}");

    static string Words(JudgedShares shares) => Text(
        $"category {shares.Category:0.000}, colour {shares.Color:0.000}, pattern {shares.Pattern:0.000}, all three {shares.All:0.000}")
        + (shares.Background is { } background ? Text($", background {background:0.000}") : "") + $" (of {shares.Count})";

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Page(ToyboxReport report, IReadOnlyList<PictureSheet> sheets) => $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>Toybox checkpoint</title>
        <style>
        body { font: 15px/1.4 system-ui, sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; color: #222 }
        table { border-collapse: collapse; margin: 1em 0 } td, th { padding: .2em .8em; text-align: left; border-bottom: 1px solid #ccc }
        .sheet { display: flex; flex-wrap: wrap; gap: 10px }
        figure { margin: 0; width: 128px } img { width: 128px; image-rendering: pixelated }
        .large figure, .large img { width: 100% }
        figcaption { font-size: 11px; overflow-wrap: anywhere }
        </style>
        <h1>The Toybox checkpoint</h1>
        <p>{{report.ModelHash}}. Pictures come from the first seeds of a list that was fixed beforehand; none was chosen.</p>
        <table>
        {{string.Concat(Rows(report).Select(row => $"<tr><th>{Html(row.Name)}</th><td>{Html(row.Value)}</td></tr>\n"))}}</table>
        {{string.Concat(sheets.Select(Sheet))}}</html>

        """;

    static string Sheet(PictureSheet sheet) => $"""
        <h2>{Html(sheet.Title)}</h2>
        <div class="{(sheet.Large ? "large" : "sheet")}">
        {string.Concat(sheet.Pictures.Select(shown => Figure(shown.Picture, shown.Text)))}</div>

        """;

    static string Figure(RgbImage picture, string text)
    {
        using var stream = new MemoryStream();
        PngWriter.Write(stream, picture);
        var image = $"<img alt=\"\" src=\"data:image/png;base64,{Convert.ToBase64String(stream.ToArray())}\">";
        return $"<figure>{image}<figcaption>{Html(text)}</figcaption></figure>\n";
    }

    static string Html(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The files of an earlier report in a folder; empty if the JSON file is missing or is not a report.</summary>
    static IReadOnlyList<string> EarlierFiles(string folder)
    {
        var path = Path.Combine(folder, JsonFile);
        try
        {
            var schema = File.Exists(path) ? (JsonNode.Parse(File.ReadAllText(path)) as JsonObject)?["schema"]?.ToString() : null;
            if (schema?.StartsWith(ToyboxReport.SchemaName, StringComparison.Ordinal) != true) return [];
            return [.. new[] { JsonFile, PageFile }.Where(file => File.Exists(Path.Combine(folder, file)))];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"^toybox-report\.(json|html)\z")]
    private static partial Regex ReportFile();
}
