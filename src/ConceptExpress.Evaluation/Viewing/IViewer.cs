using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Viewing;

/// <summary>
/// Looks at generated pictures and turns what it sees into figures. A new one is a class that implements this: tables, files and the page
/// follow from <see cref="Columns"/>. What it sees is kept beside each item under <see cref="Key"/>, so that another viewer costs no
/// learning and no drawing.
/// </summary>
public interface IViewer : IDisposable
{
    /// <summary>As results call it: <c>clip</c>, <c>judge</c>.</summary>
    string Name { get; }

    /// <summary>A digest of the files that it sees by.</summary>
    string Files { get; }

    /// <summary>How it is shown things, in a word: <c>cut-out</c>; null where there is one way only.</summary>
    string? Form { get; }

    /// <summary>Its figures, with names that no other viewer has.</summary>
    IReadOnlyList<MetricColumn> Columns { get; }

    /// <summary>What it sees is kept under this: a digest of everything that it depends on, but the item. Letters and digits.</summary>
    string Key => ContentHash.OfText($"{GetType().Name} {Files} {Form}");

    /// <summary>Whether a picture's results mean anything to it.</summary>
    bool CanSee(EvaluationPicture picture);

    /// <summary>Looks at an item's pictures. Called once per item, from several threads at once.</summary>
    JsonNode See(ItemPictures item);

    /// <summary>Turns what was seen into figures.</summary>
    /// <param name="all">Every item that it could see, of all methods, pictures and seeds: some figures depend on the whole data
    /// set.</param>
    /// <returns>Of each item, in the same order.</returns>
    IReadOnlyList<ItemFigures> FiguresOf(IReadOnlyList<SeenItem> all);
}

/// <summary>What a viewer is shown.</summary>
/// <param name="Item">With the source picture.</param>
/// <param name="Record">With what the concepts were matched with.</param>
/// <param name="Concepts">Of every concept its generated pictures; none where nothing was drawn.</param>
/// <param name="Joint">Pictures of the joint prompt.</param>
public sealed record ItemPictures(
    EvaluationItem Item, ItemRecord Record, IReadOnlyList<IReadOnlyList<RgbImage>> Concepts, IReadOnlyList<RgbImage> Joint);

/// <summary>What a viewer saw.</summary>
/// <param name="Item">What was to be done.</param>
/// <param name="Record">What came of it.</param>
/// <param name="Seen">What <see cref="IViewer.See"/> gave.</param>
public sealed record SeenItem(EvaluationItem Item, ItemRecord Record, JsonNode Seen);
