using System.Globalization;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Writes results as CSV: one line per method, picture and seed. A field is empty if the figure was not measured.</summary>
sealed class CsvExporter : IExporter
{
    public string FileName => "results.csv";

    public string Text(EvaluationResults results)
    {
        string[] header = ["method", "picture", "seed", "truths", "found", .. results.Columns.Select(column => column.Name)];
        var lines = from method in results.Methods from picture in method.Pictures select Fields(method, picture, results);
        return string.Concat(lines.Prepend(header).Select(fields => $"{string.Join(',', fields.Select(Quoted))}\n"));
    }

    static string[] Fields(MethodResult method, PictureResult picture, EvaluationResults results) =>
    [
        method.Name, picture.Picture, Text(picture.Seed), Text(picture.Truths), Text(picture.Concepts.Count),
        .. results.Columns.Select(column => picture.Metrics.TryGetValue(column.Name, out var value) ? Text(value) : ""),
    ];

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
