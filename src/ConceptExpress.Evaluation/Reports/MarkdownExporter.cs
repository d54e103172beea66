using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Writes results as Markdown tables: means with intervals, and differences from the first method.</summary>
sealed class MarkdownExporter : IExporter
{
    public string FileName => "results.md";

    public string Text(EvaluationResults results)
    {
        var text = $"# Evaluation\n\n{Summary(results)}\n\n{Table(results)}"
            + string.Concat(results.Methods.Where(method => method.Reliability.Count > 0).Select(Reliability));
        if (results.Comparisons.Count == 0) return text;
        var differences = results.Comparisons.Select(comparison => (comparison.Method, comparison.Differences));
        return text + $"\nDifferences from {results.Methods[0].Name} on the same pictures and seeds, with 95 % intervals:\n\n"
            + Table(results, differences, Signed);
    }

    /// <summary>One sentence on what was evaluated: number of pictures, things, seeds and samples, the checkpoint, the viewers.</summary>
    public static string Summary(EvaluationResults results)
    {
        var (pictures, seeds) = (results.Pictures.Count, results.Plan.Seeds.Count);
        var summary = $"{Counted(pictures, "picture")}, {Counted(results.SourceConcepts, "thing")}, {Counted(seeds, "seed")}, "
            + $"checkpoint {results.Computing.Model}";
        if (results.Plan.LocalizationOnly) return $"{summary}; localization only.";
        var forms = results.Viewers.Where(viewer => viewer.Form is not null)
            .Select(viewer => $"; {viewer.Name} is shown things {viewer.Form}");
        var pairs = results.Plan.Samples.Pairs is > 0 and var drawn ? $", {drawn} of every pair" : "";
        return $"{summary}; {Counted(results.Plan.Samples.Count, "sample")} of every concept{pairs}{string.Concat(forms)}.";
    }

    /// <summary>A Markdown table with one row per method: the mean of every measured figure with its 95 % interval.</summary>
    public static string Table(EvaluationResults results) =>
        Table(results, results.Methods.Select(method => (method.Name, method.Metrics)), Plain);

    static string Reliability(MethodResult method)
    {
        var error = FormattableString.Invariant($"{ReliabilityBin.Error(method.Reliability):0.000}");
        return $"\nConfidence of {method.Name} (calibration error {error}):\n\n| confidence | concepts | mean confidence | right |\n"
            + "| --- | --- | --- | --- |\n" + string.Concat(method.Reliability.Select(bin => FormattableString.Invariant(
                $"| {bin.From:0.0} to {bin.From + 0.1:0.0} | {bin.Concepts} | {bin.Confidence:0.000} | {bin.Right:0.000} |\n")));
    }

    static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    static string Table(
        EvaluationResults results, IEnumerable<(string Name, IReadOnlyDictionary<string, Interval> Metrics)> rows,
        Func<Interval, string> format)
    {
        var columns = results.Measured.ToList();
        string Cell(IReadOnlyDictionary<string, Interval> metrics, MetricColumn column) =>
            metrics.TryGetValue(column.Name, out var value) ? format(value) : "";
        IEnumerable<IEnumerable<string>> lines =
        [
            columns.Select(column => column.Label).Prepend("method"), columns.Select(_ => "---").Prepend("---"),
            .. rows.Select(row => columns.Select(column => Cell(row.Metrics, column)).Prepend(row.Name)),
        ];
        return string.Concat(lines.Select(cells => $"| {string.Join(" | ", cells)} |\n"));
    }

    internal static string Plain(Interval value) =>
        FormattableString.Invariant($"{value.Mean:0.000} [{value.Low:0.000}, {value.High:0.000}]");

    static string Signed(Interval value) => $"{Signed(value.Mean)} [{Signed(value.Low)}, {Signed(value.High)}]";

    static string Signed(double value) => FormattableString.Invariant($"{value:+0.000;-0.000;0.000}");
}
