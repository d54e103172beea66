using System.Text.Json;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Results as JSON: per method every figure's mean (null where it could not be measured), the intervals, every picture and every concept.</summary>
public static class ResultsJson
{
    public const string Schema = "conceptexpress/evaluation@1";

    public static string Text(EvaluationResults results, JsonSerializerOptions options) => JsonSerializer.Serialize(
        new Dictionary<string, object?>
        {
            ["schema"] = Schema,
            ["model"] = results.Computing.Model,
            ["computing"] = results.Computing,
            ["localizationOnly"] = results.Plan.LocalizationOnly,
            ["seeds"] = results.Plan.Seeds,
            ["samples"] = results.Plan.LocalizationOnly ? null : results.Plan.Samples,
            ["pictures"] = results.Pictures,
            ["sourceConcepts"] = results.SourceConcepts,
            ["encoders"] = results.Encoders,
            ["judge"] = results.Judge,
            ["methods"] = results.Methods.ToDictionary(method => method.Name, Method),
            ["comparisons"] = results.Comparisons,
        }, options);

    static Dictionary<string, object?> Method(MethodResult method)
    {
        var fields = All(method.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value.Mean));
        fields["intervals"] = method.Metrics;
        fields["settings"] = method.Settings;
        fields["pictures"] = method.Pictures.Select(Picture).ToList();
        return fields;
    }

    static Dictionary<string, object?> Picture(PictureResult picture)
    {
        var fields = new Dictionary<string, object?> { ["picture"] = picture.Picture, ["seed"] = picture.Seed, ["item"] = picture.Item, ["truths"] = picture.Truths };
        foreach (var (name, value) in All(picture.Metrics)) fields[name] = value;
        fields["concepts"] = picture.Concepts;
        return fields;
    }

    /// <summary>Every figure by name, null where it could not be measured.</summary>
    static Dictionary<string, object?> All(IReadOnlyDictionary<string, double> metrics) =>
        MetricColumn.All.ToDictionary(column => column.Name, column => metrics.TryGetValue(column.Name, out var value) ? (object?)value : null);
}
