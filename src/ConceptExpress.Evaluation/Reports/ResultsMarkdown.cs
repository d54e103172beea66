using System.Globalization;
using System.Text;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Running;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Results as Markdown tables: means with intervals, and differences from the first method.</summary>
public static class ResultsMarkdown
{
    public static string Text(EvaluationResults results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Evaluation\n\n{Summary(results)}\n\n{Table(results)}");
        if (results.Comparisons.Count == 0) return text.ToString();
        text.Append(CultureInfo.InvariantCulture, $"\nDifferences from {results.Methods[0].Name} on the same pictures and seeds, with 95 % intervals:\n\n");
        Append(text, results.Comparisons.Select(comparison => (comparison.Method, comparison.Differences)), Columns(results), Signed);
        return text.ToString();
    }

    /// <summary>What was done, in a sentence or two.</summary>
    public static string Summary(EvaluationResults results)
    {
        var (pictures, seeds) = (results.Pictures.Count, results.Plan.Seeds.Count);
        var summary = $"{Counted(pictures, "picture")}, {Counted(results.SourceConcepts, "thing")}, {Counted(seeds, "seed")}, checkpoint {results.Computing.Model}";
        if (results.Plan.LocalizationOnly) return $"{summary}; localization only.";
        var forms = results.Encoders.Select(encoder => $"; {encoder.Key} sees things {(encoder.Value.Sources == SourceForm.CutOut ? "cut out and enlarged" : "in the masked picture")}");
        return $"{summary}; {Counted(results.Plan.Samples.Count, "sample")} of every concept{string.Concat(forms)}.";
    }

    static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>A line per method: the mean of every figure that was measured, with its 95 % interval.</summary>
    public static string Table(EvaluationResults results)
    {
        var text = new StringBuilder();
        Append(text, results.Methods.Select(method => (method.Name, method.Metrics)), Columns(results), Plain);
        return text.ToString();
    }

    /// <summary>The figures that some method has.</summary>
    internal static IReadOnlyList<MetricColumn> Columns(EvaluationResults results) =>
        [.. MetricColumn.All.Where(column => results.Methods.Any(method => method.Metrics.ContainsKey(column.Name)))];

    static void Append(
        StringBuilder text, IEnumerable<(string Name, IReadOnlyDictionary<string, Interval> Metrics)> rows, IReadOnlyList<MetricColumn> columns,
        Func<Interval, string> format)
    {
        AppendLine(text, "method", columns.Select(column => column.Label));
        AppendLine(text, "---", columns.Select(_ => "---"));
        foreach (var (name, metrics) in rows)
            AppendLine(text, name, columns.Select(column => metrics.TryGetValue(column.Name, out var value) ? format(value) : ""));
    }

    static void AppendLine(StringBuilder text, string first, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells.Prepend(first)).Append(" |\n");

    internal static string Plain(Interval value) => FormattableString.Invariant($"{value.Mean:0.000} [{value.Low:0.000}, {value.High:0.000}]");

    static string Signed(Interval value) =>
        FormattableString.Invariant($"{value.Mean:+0.000;-0.000;0.000} [{value.Low:+0.000;-0.000;0.000}, {value.High:+0.000;-0.000;0.000}]");
}
