using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Running;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>A concept's figures.</summary>
/// <param name="Token">Its word.</param>
/// <param name="Truth">The thing that it was matched with, counted from 0; null where none was left.</param>
/// <param name="Iou">With that thing.</param>
/// <param name="Coverage">Share of the picture.</param>
/// <param name="Metrics">By the names of <see cref="MetricColumn"/>; only those that could be measured.</param>
public sealed record ConceptResult(string Token, int? Truth, double Iou, double Coverage, IReadOnlyDictionary<string, double> Metrics);

/// <summary>What one method made of one picture with one seed.</summary>
/// <param name="Picture">The picture's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Item">The folder of its pictures, relative to the output folder.</param>
/// <param name="Truths">True masks.</param>
/// <param name="Metrics">By the names of <see cref="MetricColumn"/>; only those that could be measured.</param>
/// <param name="Concepts">What was found.</param>
/// <param name="Samples">Generated pictures of each concept.</param>
/// <param name="JointSamples">Pictures of all concepts together.</param>
public sealed record PictureResult(
    string Picture, long Seed, string Item, int Truths, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<ConceptResult> Concepts,
    int Samples, int JointSamples)
{
    /// <summary>Turns a record into figures. A picture's similarity, accuracy and verdicts are means over its matched concepts.</summary>
    internal static PictureResult Of(FinishedItem finished, IReadOnlyDictionary<string, Prototypes> prototypes)
    {
        var (item, record, views) = finished;
        var concepts = record.Concepts.Select((concept, i) => new ConceptResult(
            concept.Token, concept.Truth, concept.Iou, concept.Coverage, ConceptMetrics(finished, concept, i, prototypes))).ToList();
        var metrics = new Dictionary<string, double>();
        if (record.Score is { } score) AddMasks(metrics, score, record);
        foreach (var (encoder, seen) in views.Features)
            if (seen.Joint.Count > 0)
                metrics[MetricColumn.SimC(encoder)] = UceMetrics.CompositionalSimilarity(Unpacked(seen.Joint), ItemFeatures.Unpack(seen.Whole));
        foreach (var values in concepts.SelectMany(concept => concept.Metrics).GroupBy(metric => metric.Key, metric => metric.Value))
            metrics[values.Key] = values.Average();
        return new PictureResult(item.Picture.Name, item.Settings.Seed, ItemStore.Relative(item.Key), record.Truths, Ordered(metrics), concepts,
            record.Samples, record.JointSamples);
    }

    static void AddMasks(Dictionary<string, double> metrics, SceneScore score, ItemRecord record)
    {
        double[] values =
        [
            score.MeanBestIou, score.Precision, score.Recall, score.F1, score.ExactCount, score.CountError, score.InstanceMergeRate, score.BackgroundKeptRate,
        ];
        foreach (var (column, value) in MetricColumn.OfMasks.Zip(values)) metrics[column.Name] = value;
        metrics["matched"] = (double)record.Concepts.Count(concept => concept.Truth is not null) / record.Truths;
    }

    static Dictionary<string, double> ConceptMetrics(
        FinishedItem finished, ItemConcept concept, int index, IReadOnlyDictionary<string, Prototypes> prototypes)
    {
        var metrics = new Dictionary<string, double>();
        if (concept.Truth is not { } truth) return metrics;
        foreach (var (encoder, seen) in finished.Views.Features)
        {
            if (seen.Generated.Count <= index || seen.Generated[index].Count == 0) continue;
            var (generated, all) = (Unpacked(seen.Generated[index]), prototypes[encoder]);
            var own = all.IndexOf(finished.Item.Picture.Name, truth);
            metrics[MetricColumn.SimI(encoder)] = UceMetrics.IdentitySimilarity(generated, ItemFeatures.Unpack(seen.Sources[truth]));
            foreach (var k in new[] { 1, 3 }) metrics[MetricColumn.Acc(encoder, k)] = UceMetrics.Accuracy(generated, own, all.All, k);
        }
        if (finished.Views.Verdicts is not { } judged || judged.Count <= index || judged[index] is not { Count: > 0 } verdicts) return Ordered(metrics);
        metrics["judgeCategory"] = verdicts.Average(verdict => verdict.Category ? 1.0 : 0);
        metrics["judgeColor"] = verdicts.Average(verdict => verdict.Color ? 1.0 : 0);
        metrics["judgePattern"] = verdicts.Average(verdict => verdict.Pattern ? 1.0 : 0);
        metrics["judgeAll"] = verdicts.Average(verdict => verdict is { Category: true, Color: true, Pattern: true } ? 1.0 : 0);
        return Ordered(metrics);
    }

    static List<float[]> Unpacked(IReadOnlyList<byte[]> features) => [.. features.Select(ItemFeatures.Unpack)];

    static Dictionary<string, double> Ordered(Dictionary<string, double> metrics) =>
        MetricColumn.All.Where(column => metrics.ContainsKey(column.Name)).ToDictionary(column => column.Name, column => metrics[column.Name]);
}
