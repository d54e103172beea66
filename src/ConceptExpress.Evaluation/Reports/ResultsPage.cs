using System.Globalization;
using System.Net;
using System.Text;
using ConceptExpress.Evaluation.Running;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Results as a page with pictures, per method, the worst first: source, true masks, found masks, generated pictures.</summary>
public static class ResultsPage
{
    public static string Text(EvaluationResults results)
    {
        var page = new StringBuilder("""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Evaluation</title>
            <style>
            body { font: 15px/1.4 system-ui, sans-serif; max-width: 90em; margin: 2em auto; padding: 0 1em; color: #222 }
            table { border-collapse: collapse; margin: 1em 0 } td, th { padding: .2em .6em; text-align: left; border-bottom: 1px solid #ccc; font-size: 13px }
            .row { display: flex; flex-wrap: wrap; gap: 8px; padding: 8px 0; border-bottom: 1px solid #ddd } figure { margin: 0; max-width: 128px }
            img { width: 128px; image-rendering: pixelated; display: block } .small { width: 64px } .samples { display: flex; flex-wrap: wrap; gap: 2px; max-width: 262px }
            figcaption { font-size: 11px; overflow-wrap: anywhere }
            </style>
            <h1>Evaluation</h1>

            """);
        page.Append(CultureInfo.InvariantCulture, $"<p>{Encoded(ResultsMarkdown.Summary(results))}</p>\n");
        AppendTable(page, results);
        foreach (var method in results.Methods)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Encoded(method.Name)}</h2>\n");
            foreach (var picture in method.Pictures.OrderBy(Goodness)) AppendRow(page, picture);
        }
        return page.Append("</html>\n").ToString();
    }

    /// <summary>What pictures are ordered by: likeness of generated pictures and masks, as far as either was measured.</summary>
    static double Goodness(PictureResult picture) =>
        MetricColumn.Encoders.Select(MetricColumn.SimI).Append("meanBestIoU").Sum(name => picture.Metrics.GetValueOrDefault(name));

    static void AppendTable(StringBuilder page, EvaluationResults results)
    {
        var columns = ResultsMarkdown.Columns(results);
        var heads = results.Methods.Select(method => $"<th>{Encoded(method.Name)}</th>");
        page.Append(CultureInfo.InvariantCulture, $"<table>\n<tr><th>figure</th>{string.Concat(heads)}</tr>\n");
        foreach (var column in columns)
        {
            var cells = results.Methods.Select(method => $"<td>{(method.Metrics.TryGetValue(column.Name, out var value) ? ResultsMarkdown.Plain(value) : "")}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<tr><th>{Encoded(column.Label)}</th>{string.Concat(cells)}</tr>\n");
        }
        page.Append("</table>\n");
    }

    static void AppendRow(StringBuilder page, PictureResult picture)
    {
        page.Append("<div class=\"row\">\n");
        AppendFigure(page, ItemFiles.Source(picture.Picture), $"{picture.Picture}, seed {picture.Seed}");
        if (picture.Truths > 0) AppendFigure(page, ItemFiles.Truth(picture.Picture), $"{picture.Truths} true");
        AppendFigure(page, $"{picture.Item}/{ItemFiles.Found}", $"{picture.Concepts.Count} found{Figure(picture.Metrics, "meanBestIoU", ", IoU")}");
        for (var i = 0; picture.Samples > 0 && i < picture.Concepts.Count; i++)
        {
            var number = i;
            AppendSamples(page, picture, picture.Samples, j => ItemFiles.Concept(number, j), Words(picture.Concepts[i]));
        }
        if (picture.JointSamples > 0) AppendSamples(page, picture, picture.JointSamples, ItemFiles.Joint, "all together");
        page.Append("</div>\n");
    }

    static string Words(ConceptResult concept)
    {
        var match = concept.Truth is { } truth ? FormattableString.Invariant($"= thing {truth}, IoU {concept.Iou:0.00}") : "= nothing";
        var likeness = MetricColumn.Encoders.Select(encoder => Figure(concept.Metrics, MetricColumn.SimI(encoder), $", SIM^I {encoder}"));
        return $"{concept.Token} {match}{string.Concat(likeness)}{Figure(concept.Metrics, "judgeAll", ", judge")}";
    }

    static void AppendFigure(StringBuilder page, string path, string text) =>
        page.Append(CultureInfo.InvariantCulture, $"<figure><img loading=\"lazy\" alt=\"\" src=\"{Address(path)}\"><figcaption>{Encoded(text)}</figcaption></figure>\n");

    static void AppendSamples(StringBuilder page, PictureResult picture, int count, Func<int, string> file, string text)
    {
        var images = Enumerable.Range(0, count).Select(j => $"<img class=\"small\" loading=\"lazy\" alt=\"\" src=\"{Address($"{picture.Item}/{file(j)}")}\">");
        page.Append(CultureInfo.InvariantCulture, $"<div><div class=\"samples\">{string.Concat(images)}</div><figcaption>{Encoded(text)}</figcaption></div>\n");
    }

    static string Figure(IReadOnlyDictionary<string, double> metrics, string name, string label) =>
        metrics.TryGetValue(name, out var value) ? FormattableString.Invariant($"{label} {value:0.00}") : "";

    static string Address(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
