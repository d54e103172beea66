using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>A concept's figures.</summary>
/// <param name="Word">What prompts say.</param>
/// <param name="Truth">The thing that it was matched with, counted from 0; null where none was left.</param>
/// <param name="Iou">With that thing.</param>
/// <param name="Coverage">Share of the picture.</param>
/// <param name="Metrics">By the names of <see cref="MetricColumn"/>; only those that could be measured.</param>
public sealed record ConceptResult(string Word, int? Truth, double Iou, double Coverage, IReadOnlyDictionary<string, double> Metrics);

/// <summary>What one method made of one picture with one seed.</summary>
/// <param name="Picture">The picture's name.</param>
/// <param name="Seed">Of everything random.</param>
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
    /// <summary>
    /// Puts together what masks and viewers tell of an item. A picture's figure is the mean over the concepts that have it.
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
            Ordered(figures.Where(own => own.Concepts.Count > i).SelectMany(own => own.Concepts[i])))).ToList();
        var means = concepts.SelectMany(concept => concept.Metrics).GroupBy(figure => figure.Key, figure => figure.Value)
            .Select(values => KeyValuePair.Create(values.Key, values.Average()));
        return new PictureResult(item.Picture.Name, item.Settings.Seed, ItemFiles.Folder(item.Key), record.Truths,
            Ordered(figures.SelectMany(own => own.Picture).Concat(means)), concepts, record.Samples, record.JointSamples);
    }
}
