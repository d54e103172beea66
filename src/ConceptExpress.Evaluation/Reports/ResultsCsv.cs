using System.Globalization;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Results as CSV: one line per method, picture and seed; a field is empty where nothing could be measured.</summary>
public static class ResultsCsv
{
    public static string Text(EvaluationResults results)
    {
        var header = string.Join(',', ["method", "picture", "seed", "truths", "found", .. MetricColumn.All.Select(column => column.Name)]);
        var lines = from method in results.Methods from picture in method.Pictures select Line(method, picture);
        return string.Concat(lines.Prepend(header).Select(line => $"{line}\n"));
    }

    static string Line(MethodResult method, PictureResult picture) => string.Join(',',
        [method.Name, Quoted(picture.Picture), picture.Seed.ToString(CultureInfo.InvariantCulture), picture.Truths.ToString(CultureInfo.InvariantCulture),
            picture.Concepts.Count.ToString(CultureInfo.InvariantCulture),
            .. MetricColumn.All.Select(column => picture.Metrics.TryGetValue(column.Name, out var value) ? value.ToString("R", CultureInfo.InvariantCulture) : "")]);

    static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
