namespace ConceptExpress.Evaluation.Items;

/// <summary>What one method made of one picture with one seed: <c>item.json</c> of its folder.</summary>
public sealed record ItemRecord
{
    /// <summary>How well the masks are found; null where the truth is not known.</summary>
    public SceneScore? Score { get; init; }

    /// <summary>In order of their words.</summary>
    public required IReadOnlyList<ItemConcept> Concepts { get; init; }

    /// <summary>True masks.</summary>
    public required int Truths { get; init; }

    /// <summary>How many generated pictures there are of each concept; 0 where nothing was learned.</summary>
    public int Samples { get; init; }

    /// <summary>How many pictures were generated from the joint prompt.</summary>
    public int JointSamples { get; init; }
}

/// <summary>A concept that was found.</summary>
/// <param name="Word">What prompts say.</param>
/// <param name="Coverage">Share of the picture, 0 to 1.</param>
/// <param name="Saliency">How much it stands out; comparable within one method.</param>
/// <param name="Truth">The thing that it was matched with, counted from 0; null where none was left.</param>
/// <param name="Iou">With that thing, 0 to 1; 0 without one.</param>
public sealed record ItemConcept(string Word, double Coverage, double Saliency, int? Truth, double Iou);
