using System.Text.Json.Serialization;

namespace ConceptExpress.Evaluation.Items;

/// <summary>The result of one item, stored as <c>item.json</c> in its folder.</summary>
sealed record ItemRecord
{
    /// <summary>Mask metrics; null if the picture has no true masks.</summary>
    public SceneScore? Score { get; init; }

    /// <summary>The concepts that were found, in order of their words.</summary>
    public required IReadOnlyList<ItemConcept> Concepts { get; init; }

    /// <summary>Number of true masks.</summary>
    public required int Truths { get; init; }

    /// <summary>Number of samples of each concept; 0 if concepts were only located.</summary>
    public int Samples { get; init; }

    /// <summary>Number of samples of the joint prompt.</summary>
    public int JointSamples { get; init; }

    /// <summary>The pairs of concepts that were drawn together; empty if none were.</summary>
    public IReadOnlyList<ItemPair> Pairs { get; init; } = [];

    /// <summary>Whether the numbers can be of one item; a file that was changed by hand may hold anything.</summary>
    [JsonIgnore]
    public bool IsSound => Truths >= 0 && Samples >= 0 && JointSamples >= 0
        && Pairs.All(pair => pair is not null && pair.IsSound(Concepts))
        && Concepts.All(concept => concept is { Word: not null } && (concept.Truth is not { } truth || truth >= 0 && truth < Truths));
}

/// <summary>A concept that was found.</summary>
/// <param name="Word">The concept's word, like <c>&lt;asset0&gt;</c>.</param>
/// <param name="Coverage">Share of the picture that the mask covers, 0 to 1.</param>
/// <param name="Saliency">How much the concept stands out; comparable within one method only.</param>
/// <param name="Truth">Index of the thing that the concept was matched with, from 0; null if it was matched with none.</param>
/// <param name="Iou">IoU with that thing, 0 to 1; 0 if there is none.</param>
/// <param name="Confidence">How sure the locator is of it, 0 to 1; null if it does not say.</param>
sealed record ItemConcept(string Word, double Coverage, double Saliency, int? Truth, double Iou, double? Confidence = null);
