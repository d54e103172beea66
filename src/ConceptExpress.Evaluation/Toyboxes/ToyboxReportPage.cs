using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Toyboxes;

/// <summary>Writes a report as one JSON file and one page that holds its pictures.</summary>
public static class ToyboxReportPage
{
    public const string JsonFile = "toybox-report.json", PageFile = "toybox-report.html";

    /// <summary>Writes both files into a folder that exists.</summary>
    public static void Write(string folder, ToyboxReport report, IReadOnlyList<PictureSheet> sheets)
    {
        File.WriteAllText(Path.Combine(folder, JsonFile), JsonSerializer.Serialize(report, LibraryJson.Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, PageFile), Page(report, sheets));
    }

    static string Page(ToyboxReport report, IReadOnlyList<PictureSheet> sheets)
    {
        var page = new StringBuilder($$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Toybox checkpoint</title>
            <style>
            body { font: 15px/1.4 system-ui, sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; color: #222 }
            table { border-collapse: collapse; margin: 1em 0 } td, th { padding: .2em .8em; text-align: left; border-bottom: 1px solid #ccc }
            .sheet { display: flex; flex-wrap: wrap; gap: 10px } figure { margin: 0; width: 128px } img { width: 128px; image-rendering: pixelated }
            .large figure, .large img { width: 100% }
            figcaption { font-size: 11px; overflow-wrap: anywhere }
            </style>
            <h1>The Toybox checkpoint</h1>
            <p>{{report.ModelHash}}. Pictures come from the first seeds of a list that was fixed beforehand; none was chosen.</p>
            <table>
            """);
        foreach (var (name, value) in Rows(report)) page.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(name)}</th><td>{Text(value)}</td></tr>\n");
        page.Append("</table>\n");
        foreach (var sheet in sheets)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(sheet.Title)}</h2>\n<div class=\"{(sheet.Large ? "large" : "sheet")}\">\n");
            foreach (var (picture, text) in sheet.Pictures)
                page.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"\" src=\"data:image/png;base64,{Base64(picture)}\"><figcaption>{Text(text)}</figcaption></figure>\n");
            page.Append("</div>\n");
        }
        return page.Append("</html>\n").ToString();
    }

    /// <summary>The report's figures in words, one line each.</summary>
    public static IEnumerable<(string Name, string Value)> Rows(ToyboxReport report)
    {
        if (report.JudgeOnWholes is { } wholes) yield return ("judge on held-out renderings", Words(wholes));
        if (report.JudgeOnParts is { } parts) yield return ("judge on cut-outs of held-out renderings", Words(parts));
        if (report.Autoencoder is { } autoencoder)
            yield return ("autoencoder", FormattableString.Invariant($"PSNR {autoencoder.Psnr:0.0} dB, SSIM {autoencoder.Ssim:0.000} (of {autoencoder.Count})"));
        if (report.SingleToy is { } single) yield return ("captions with one toy", Words(single));
        if (report.TwoToys is { } two)
            yield return ("captions with two toys", FormattableString.Invariant($"both right in category and colour {two.CategoryAndColor:0.000}, in pattern too {two.All:0.000} (of {two.Count})"));
        foreach (var (preset, score) in report.Localization ?? new Dictionary<string, SceneScore>())
            yield return ($"localization, {preset}", FormattableString.Invariant(
                $"mean best IoU {score.MeanBestIou:0.000}, precision {score.Precision:0.000}, recall {score.Recall:0.000}, count error {score.CountError:0.00}, exact {score.ExactCount:0.00}"));
        if (report.Extraction is { } extraction) yield return ("previews of learned words", Words(extraction));
    }

    static string Words(JudgedShares shares) => FormattableString.Invariant(
        $"category {shares.Category:0.000}, colour {shares.Color:0.000}, pattern {shares.Pattern:0.000}, all three {shares.All:0.000}")
        + (shares.Background is { } background ? FormattableString.Invariant($", background {background:0.000}") : "") + $" (of {shares.Count})";

    static string Text(string text) => WebUtility.HtmlEncode(text);

    static string Base64(RgbImage picture)
    {
        using var stream = new MemoryStream();
        PngWriter.Write(stream, picture);
        return Convert.ToBase64String(stream.ToArray());
    }
}
