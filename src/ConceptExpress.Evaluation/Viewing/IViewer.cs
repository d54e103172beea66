using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Viewing;

/// <summary>
/// Looks at generated pictures and turns what it sees into figures. To add a viewer, implement this interface: tables, files and the page
/// take their columns from <see cref="Columns"/>. What a viewer sees is stored with each item under <see cref="Key"/>, so a new viewer can
/// look at finished items without learning or drawing again.
/// </summary>
interface IViewer : IDisposable
{
    /// <summary>Its name in results, like <c>clip</c> or <c>judge</c>.</summary>
    string Name { get; }

    /// <summary>A digest of its model's files.</summary>
    string Files { get; }

    /// <summary>How it is shown things, in one word like <c>cut-out</c>; null if it has only one way.</summary>
    string? Form { get; }

    /// <summary>The figures that it measures. No other viewer may use the same names.</summary>
    IReadOnlyList<MetricColumn> Columns { get; }

    /// <summary>
    /// The key that its observations are stored under: a digest of everything that they depend on, except the item. Letters and digits.
    /// </summary>
    string Key => ContentHash.OfText($"{GetType().Name} {Files} {Form}");

    /// <summary>Whether it can measure results on this picture. The judge, for example, can see pictures of toys only.</summary>
    bool CanSee(SourcePicture picture);

    /// <summary>Looks at the pictures of an item and returns what it sees, to be stored. Called once per item, from several threads at
    /// once.</summary>
    JsonNode See(ItemPictures item);

    /// <summary>Computes the figures of all items.</summary>
    /// <param name="all">Every item that it can see, of all methods, pictures and seeds: some figures depend on the whole data set.</param>
    /// <returns>The figures of each item, in the same order.</returns>
    IReadOnlyList<ItemFigures> FiguresOf(IReadOnlyList<SeenItem> all);
}

/// <summary>An item with its pictures, as a viewer is shown it.</summary>
/// <param name="Item">The item, with the source picture.</param>
/// <param name="Record">The item's result; says which thing each concept was matched with.</param>
/// <param name="Concepts">The generated pictures of each concept; empty if nothing was drawn.</param>
/// <param name="Joint">The pictures generated from the joint prompt.</param>
sealed record ItemPictures(
    EvaluationItem Item, ItemRecord Record, IReadOnlyList<IReadOnlyList<RgbImage>> Concepts, IReadOnlyList<RgbImage> Joint)
{
    /// <summary>The pairs of concepts that were drawn together, in order of <see cref="ItemRecord.Pairs"/>.</summary>
    public IReadOnlyList<PairPictures> Pairs { get; init; } = [];
}

/// <summary>Two concepts that were drawn together.</summary>
/// <param name="Pair">Which concepts.</param>
/// <param name="Words">Drawings of their words.</param>
/// <param name="Phrases">Drawings of the phrases of their things; empty if there are none.</param>
sealed record PairPictures(ItemPair Pair, IReadOnlyList<DrawnPicture> Words, IReadOnlyList<DrawnPicture> Phrases);

/// <summary>A drawing with the things that were found in it.</summary>
/// <param name="Picture">The drawing.</param>
/// <param name="Things">Their masks, at the drawing's size.</param>
sealed record DrawnPicture(RgbImage Picture, IReadOnlyList<Mask> Things);

/// <summary>An item with what a viewer saw in its pictures.</summary>
/// <param name="Item">The item: method, settings and source picture.</param>
/// <param name="Record">The item's result.</param>
/// <param name="Seen">What <see cref="IViewer.See"/> returned.</param>
sealed record SeenItem(EvaluationItem Item, ItemRecord Record, JsonNode Seen);
