using System.Globalization;
using System.Net;
using System.Text.Json;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>
/// Writes results as one HTML page, which shows the pictures of the output folder: a table of the methods' figures, then a table with one
/// row per picture (worst first) and one column per method. The page's own script sorts the rows by name or by any figure.
/// </summary>
sealed class PageExporter : IExporter
{
    public string FileName => "index.html";

    public string Text(EvaluationResults results)
    {
        var pictures = PagePicture.WorstFirst(results);
        var columns = results.Measured.ToList();
        return $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Evaluation</title>
            <style>
            {Resource("page.css")}</style>
            <h1>Evaluation</h1>
            <p>{Html(MarkdownExporter.Summary(results))}</p>
            {Figures(results, columns)}
            {Lines(results.Methods.Where(method => method.Reliability.Count > 0).Select(Reliability))}
            <h2>Pictures</h2>
            <div id="sorting" hidden>
            <div role="toolbar" aria-label="Figure to sort by">
            sort by <button type="button" data-by="worst" aria-pressed="true">worst first</button>
            {Lines(columns.Select(FigureButton))}</div>
            <p role="status"></p>
            </div>
            <table id="pictures">
            <thead><tr>
            <th scope="col" aria-sort="none"><button type="button" data-by="name">picture</button></th>
            <th scope="col">source</th><th scope="col">truth</th>
            {Lines(results.Methods.Select(MethodHead))}</tr></thead>
            <tbody>
            {Lines(pictures.Select(picture => Row(picture, results)))}</tbody>
            </table>
            <script type="application/json" id="figures">{Values(pictures, results, columns)}</script>
            <script>
            {Resource("page.js")}</script>
            </html>

            """;
    }

    static string Reliability(MethodResult method) =>
        $"<h2>Confidence of {Html(method.Name)}</h2>\n{ReliabilityPlot.Of(method.Name, method.Reliability)}";

    static string FigureButton(MetricColumn column, int number) =>
        $"<button type=\"button\" data-by=\"{number}\" aria-pressed=\"false\">{Html(column.Label)}</button>";

    static string MethodHead(MethodResult method, int number) =>
        $"<th scope=\"col\" aria-sort=\"none\"><button type=\"button\" data-method=\"{number}\">{Html(method.Name)}</button></th>";

    static string Figures(EvaluationResults results, IReadOnlyList<MetricColumn> columns)
    {
        string Cells(MetricColumn column) => string.Concat(results.Methods.Select(method =>
            $"<td>{(method.Metrics.TryGetValue(column.Name, out var value) ? MarkdownExporter.Plain(value) : "")}</td>"));
        var head = string.Concat(results.Methods.Select(method => $"<th scope=\"col\">{Html(method.Name)}</th>"));
        var rows = columns.Select(column => $"<tr><th scope=\"row\">{Html(column.Label)}</th>{Cells(column)}</tr>");
        return $"<table>\n<tr><th scope=\"col\">figure</th>{head}</tr>\n{Lines(rows)}</table>";
    }

    static string Row(PagePicture picture, EvaluationResults results)
    {
        var (name, truths) = (picture.Name, picture.Truths);
        var truth = truths > 0 ? Figure("truth", ItemFiles.Truth(name), $"true things of {name}", $"{truths} true") : "";
        return $"""
            <tr><th scope="row">{Html(name)}</th><td>{Figure("source", ItemFiles.Source(name), name, "")}</td><td>{truth}</td>
            {Lines(picture.Methods.Select(seeds => $"<td>{string.Concat(seeds.Select(result => Cell(result, results)))}</td>"))}</tr>
            """;
    }

    static string Cell(PictureResult result, EvaluationResults results)
    {
        var seed = results.Plan.Seeds.Count > 1 ? $"seed {result.Seed}: " : "";
        var found = Figure("found", $"{result.Item}/{ItemFiles.Found}", $"what was found in {result.Picture}",
            $"{seed}{result.Concepts.Count} found{Leading(result.Metrics, results)}");
        var concepts = result.Concepts.Select((concept, i) => Samples(result.Item, result.Samples, sample => ItemFiles.Concept(i, sample),
            $"{concept.Word} {Match(concept)}{Leading(concept.Metrics, results)}"));
        var pairs = result.Pairs.Select(pair =>
        {
            var (first, second) = (result.Concepts[pair.First].Word, result.Concepts[pair.Second].Word);
            return Samples(result.Item, pair.Samples, ItemFiles.PairOf(pair.First, pair.Second).Drawing, $"{first} and {second}")
                + Samples(result.Item, pair.PhraseSamples, ItemFiles.PhrasesOf(pair.First, pair.Second).Drawing, "the true phrases");
        });
        return found + string.Concat(concepts) + Samples(result.Item, result.JointSamples, ItemFiles.Joint, "all together")
            + string.Concat(pairs);
    }

    static string Match(ConceptResult concept) =>
        concept.Truth is { } truth ? string.Create(CultureInfo.InvariantCulture, $"= thing {truth}, IoU {concept.Iou:0.00}") : "= nothing";

    static string Leading(IReadOnlyDictionary<string, double> metrics, EvaluationResults results) => string.Concat(results.Columns
        .Where(column => column.Leading && metrics.ContainsKey(column.Name))
        .Select(column => string.Create(CultureInfo.InvariantCulture, $", {column.Label} {metrics[column.Name]:0.00}")));

    static string Figure(string kind, string path, string what, string text)
    {
        var image = $"<img loading=\"lazy\" alt=\"{Html(what)}\" src=\"{Address(path)}\">";
        return $"<figure class=\"{kind}\">{image}<figcaption>{Html(text)}</figcaption></figure>";
    }

    static string Samples(string folder, int count, Func<int, string> file, string text)
    {
        if (count == 0) return "";
        var addresses = Enumerable.Range(0, count).Select(sample => Address($"{folder}/{file(sample)}"));
        var images = addresses.Select(address => $"<img loading=\"lazy\" alt=\"\" src=\"{address}\">");
        return $"<figure class=\"samples\">{string.Concat(images)}<figcaption>{Html(text)}</figcaption></figure>";
    }

    /// <summary>The values that the script sorts by, as JSON without any "&lt;", which could end the script element.</summary>
    static string Values(IReadOnlyList<PagePicture> pictures, EvaluationResults results, IReadOnlyList<MetricColumn> columns) =>
        JsonSerializer.Serialize(new
        {
            columns = columns.Select(column => new { label = column.Label, moreIsBetter = column.MoreIsBetter }),
            methods = results.Methods.Select(method => method.Name),
            values = pictures.Select(picture => picture.Methods.Select(seeds => columns.Select(column => PagePicture.Mean(seeds, column)))),
        });

    static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(PageExporter).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{line}\n"));

    static string Address(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    static string Html(string text) => WebUtility.HtmlEncode(text);
}
