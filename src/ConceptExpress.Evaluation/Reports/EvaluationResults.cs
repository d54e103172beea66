using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>A method's figures.</summary>
/// <param name="Name">The method.</param>
/// <param name="Settings">With everything but the seed.</param>
/// <param name="Metrics">By the names of <see cref="MetricColumn"/>: the mean over pictures, each of which counts the same, with its interval; of several seeds
/// a picture's value is their mean.</param>
/// <param name="Pictures">Every picture with every seed.</param>
public sealed record MethodResult(string Name, ExtractionSettings Settings, IReadOnlyDictionary<string, Interval> Metrics, IReadOnlyList<PictureResult> Pictures);

/// <summary>How a method differs from the first one, on the pictures and seeds that both have.</summary>
/// <param name="Method">The method.</param>
/// <param name="Against">The first one.</param>
/// <param name="Differences">By the names of <see cref="MetricColumn"/>: the method's value less the first one's.</param>
public sealed record MethodComparison(string Method, string Against, IReadOnlyDictionary<string, Interval> Differences);

/// <summary>An encoder of an evaluation.</summary>
/// <param name="Hash">SHA-256 of its files.</param>
/// <param name="Sources">How it was shown source concepts.</param>
public sealed record EncoderRecord(string Hash, SourceForm Sources);

/// <summary>All that an evaluation found out. The same run gives the same values.</summary>
public sealed record EvaluationResults
{
    // Of the intervals' draws: any number, as long as it is always the same.
    const long BootstrapSeed = 20;

    public required EvaluationPlan Plan { get; init; }
    public required ComputingRecord Computing { get; init; }

    /// <summary>The pictures' names, in order.</summary>
    public required IReadOnlyList<string> Pictures { get; init; }

    /// <summary>How many source concepts there are that accuracies tell apart: the true masks of all pictures.</summary>
    public required int SourceConcepts { get; init; }

    /// <summary>Who compared pictures, by what the tables call them.</summary>
    public required IReadOnlyDictionary<string, EncoderRecord> Encoders { get; init; }

    /// <summary>SHA-256 of the judge's files; null without one.</summary>
    public required string? Judge { get; init; }

    public required IReadOnlyList<MethodResult> Methods { get; init; }
    public required IReadOnlyList<MethodComparison> Comparisons { get; init; }

    internal static EvaluationResults Of(
        EvaluationPlan plan, IReadOnlyList<EvaluationPicture> pictures, IReadOnlyList<FinishedItem> results,
        EvaluationTools tools, ComputingRecord computing)
    {
        var prototypes = tools.Encoders.Keys.ToDictionary(encoder => encoder, encoder => new Prototypes(encoder, results));
        var methods = plan.Methods.Select(method =>
        {
            var own = results.Where(result => result.Item.Method == method.Name).Select(result => PictureResult.Of(result, prototypes)).ToList();
            return new MethodResult(method.Name, method.Settings, Means(own), own);
        }).ToList();
        return new EvaluationResults
        {
            Plan = plan, Computing = computing, Pictures = [.. pictures.Select(picture => picture.Name)],
            SourceConcepts = pictures.Sum(picture => picture.Masks.Count),
            Encoders = tools.Encoders.ToDictionary(encoder => encoder.Key, encoder => new EncoderRecord(encoder.Value.Hash, encoder.Value.Sources)),
            Judge = tools.JudgeHash,
            Methods = methods, Comparisons = [.. methods.Skip(1).Select(method => Compare(method, methods[0]))],
        };
    }

    static Dictionary<string, Interval> Means(IReadOnlyList<PictureResult> pictures)
    {
        var means = new Dictionary<string, Interval>();
        foreach (var column in MetricColumn.All)
            if (Bootstrap.OfMean([.. PerPicture(pictures, column).Select(picture => picture.Value)], BootstrapSeed) is { } interval) means[column.Name] = interval;
        return means;
    }

    static MethodComparison Compare(MethodResult method, MethodResult first)
    {
        var differences = new Dictionary<string, Interval>();
        foreach (var column in MetricColumn.All)
        {
            var against = first.Pictures.Where(picture => picture.Metrics.ContainsKey(column.Name)).ToDictionary(picture => (picture.Picture, picture.Seed));
            var both = method.Pictures.Where(picture => picture.Metrics.ContainsKey(column.Name) && against.ContainsKey((picture.Picture, picture.Seed))).ToList();
            var (own, others) = (PerPicture(both, column), PerPicture([.. both.Select(picture => against[(picture.Picture, picture.Seed)])], column));
            if (Bootstrap.OfDifference([.. own.Select(picture => picture.Value)], [.. others.Select(picture => picture.Value)], BootstrapSeed) is { } interval)
                differences[column.Name] = interval;
        }
        return new MethodComparison(method.Name, first.Name, differences);
    }

    /// <summary>A value per picture: the mean of its seeds.</summary>
    static IEnumerable<KeyValuePair<string, double>> PerPicture(IReadOnlyList<PictureResult> pictures, MetricColumn column) => pictures
        .Where(picture => picture.Metrics.ContainsKey(column.Name))
        .GroupBy(picture => picture.Picture, picture => picture.Metrics[column.Name])
        .Select(seeds => KeyValuePair.Create(seeds.Key, seeds.Average()));
}
