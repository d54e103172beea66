using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>The figures of one concept.</summary>
/// <param name="Word">The concept's word, like <c>&lt;asset0&gt;</c>.</param>
/// <param name="Truth">
/// Index of the thing that the concept was matched with (by assignment on IoU; method 4), from 0; null if it was matched with none.
/// </param>
/// <param name="Iou">IoU with that thing, 0 to 1; 0 if there is none.</param>
/// <param name="Coverage">Share of the picture that the mask covers, 0 to 1.</param>
/// <param name="Metrics">
/// By <see cref="MetricColumn.Name"/>: the means over the concept's samples; only figures that were measured.
/// </param>
/// <param name="Confidence">How sure the locator is of it, 0 to 1; null, the default, if it does not say.</param>
public sealed record ConceptResult(string Word, int? Truth, double Iou, double Coverage, IReadOnlyDictionary<string, double> Metrics,
    double? Confidence = null);

/// <summary>Two concepts that were drawn together.</summary>
/// <param name="First">Number of one concept, from 0.</param>
/// <param name="Second">Number of the other concept, greater than <paramref name="First"/>.</param>
/// <param name="Samples">Number of drawings of their words.</param>
/// <param name="PhraseSamples">Number of drawings of their things' phrases; 0 if these are not known.</param>
public sealed record PairResult(int First, int Second, int Samples, int PhraseSamples);

/// <summary>The result of one method on one picture with one seed.</summary>
/// <param name="Picture">The picture's name in the data set.</param>
/// <param name="Seed">Seed of all random draws of the method, 0 to 2^53 - 1.</param>
/// <param name="Item">Path of the folder of the item's pictures, relative to the output folder, with forward slashes.</param>
/// <param name="Truths">Number of true masks; 0 if the truth is not known.</param>
/// <param name="Metrics">
/// By <see cref="MetricColumn.Name"/>; only figures that were measured. A figure of concepts is the mean over the concepts that have it.
/// </param>
/// <param name="Concepts">The concepts that were found, or given, in order of their words; empty if there are none.</param>
/// <param name="Samples">Number of samples of each concept; 0 if concepts were only located.</param>
/// <param name="JointSamples">
/// Number of samples of all concepts together; 0 if concepts were only located, or if there are none.
/// </param>
public sealed record PictureResult(
    string Picture, long Seed, string Item, int Truths, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<ConceptResult> Concepts,
    int Samples, int JointSamples)
{
    /// <summary>The pairs of concepts that were drawn together, by their numbers from 0; empty if none were.</summary>
    public IReadOnlyList<PairResult> Pairs { get; init; } = [];

    /// <summary>
    /// Merges the figures of masks and viewers for one item. A concept's figure counts for the picture as the mean over the concepts that
    /// have it.
    /// </summary>
    internal static PictureResult Of(FinishedItem finished, IReadOnlyList<ItemFigures> figures, IReadOnlyList<MetricColumn> columns)
    {
        var (item, record, _) = finished;
        IReadOnlyDictionary<string, double> Ordered(IEnumerable<KeyValuePair<string, double>> values)
        {
            var byName = values.ToDictionary();
            return columns.Select(column => column.Name).Where(byName.ContainsKey).ToDictionary(name => name, name => byName[name]);
        }
        var concepts = record.Concepts.Select((concept, i) => new ConceptResult(concept.Word, concept.Truth, concept.Iou, concept.Coverage,
            Ordered(figures.Where(own => own.Concepts.Count > i).SelectMany(own => own.Concepts[i])),
            concept.Confidence)).ToList();
        var means = concepts.SelectMany(concept => concept.Metrics).GroupBy(figure => figure.Key, figure => figure.Value)
            .Select(values => KeyValuePair.Create(values.Key, values.Average()));
        return new PictureResult(item.Picture.Name, item.Settings.Seed, ItemFiles.Folder(item.Key), record.Truths,
            Ordered(figures.SelectMany(own => own.Picture).Concat(means)), concepts, record.Samples, record.JointSamples)
        {
            Pairs = [.. record.Pairs.Select(pair => new PairResult(pair.First, pair.Second, pair.Words.Count, pair.Phrases.Count))],
        };
    }
}
