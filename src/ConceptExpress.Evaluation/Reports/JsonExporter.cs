using System.Text.Json;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>
/// Writes results as JSON. Each method has the mean of every figure (null if it was not measured), the intervals, and the figures of every
/// picture and every concept.
/// </summary>
sealed class JsonExporter : IExporter
{
    /// <summary>The file's format and version, in its <c>schema</c> field.</summary>
    public const string Schema = "conceptexpress/evaluation@2";

    public string FileName => "results.json";

    public string Text(EvaluationResults results) => JsonSerializer.Serialize(
        new Dictionary<string, object?>
        {
            ["schema"] = Schema,
            ["computing"] = results.Computing,
            ["localizationOnly"] = results.Plan.LocalizationOnly,
            ["seeds"] = results.Plan.Seeds,
            ["samples"] = SamplesRecord.Of(results.Plan),
            ["pictures"] = results.Pictures,
            ["sourceConcepts"] = results.SourceConcepts,
            ["viewers"] = results.Viewers.ToDictionary(viewer => viewer.Name, viewer => new { viewer.Files, viewer.Form }),
            ["columns"] = results.Columns.ToDictionary(column => column.Name, column => new { column.Label, column.MoreIsBetter }),
            ["methods"] = results.Methods.ToDictionary(method => method.Name, method => Method(method, results)),
            ["comparisons"] = results.Comparisons,
        }, LibraryJson.Indented) + "\n";

    static Dictionary<string, object?> Method(MethodResult method, EvaluationResults results)
    {
        var fields = Figures(method.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value.Mean), results);
        fields["intervals"] = method.Metrics;
        fields["reliability"] = method.Reliability;
        fields["settings"] = SettingsRecord.Of(method.Method.Settings);
        fields["givenMasks"] = method.Method.GivenMasks;
        fields["pictures"] = method.Pictures.Select(picture => Picture(picture, results)).ToList();
        return fields;
    }

    static Dictionary<string, object?> Picture(PictureResult picture, EvaluationResults results)
    {
        var fields = new Dictionary<string, object?>
        {
            ["picture"] = picture.Picture,
            ["seed"] = picture.Seed,
            ["item"] = picture.Item,
            ["truths"] = picture.Truths,
        };
        foreach (var (name, value) in Figures(picture.Metrics, results)) fields[name] = value;
        fields["concepts"] = picture.Concepts;
        if (picture.Pairs.Count > 0) fields["pairs"] = picture.Pairs;
        return fields;
    }

    /// <summary>All figures by name; null if a figure was not measured.</summary>
    static Dictionary<string, object?> Figures(IReadOnlyDictionary<string, double> metrics, EvaluationResults results) =>
        results.Columns.ToDictionary(
            column => column.Name, column => metrics.TryGetValue(column.Name, out var value) ? (object?)value : null);
}
