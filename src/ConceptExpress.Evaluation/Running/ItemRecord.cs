using System.Runtime.InteropServices;

namespace ConceptExpress.Evaluation.Running;

/// <summary>What one method made of one picture with one seed: <c>item.json</c> of its folder.</summary>
public sealed record ItemRecord
{
    /// <summary>How well the masks are found; null where the truth is not known.</summary>
    public SceneScore? Score { get; init; }

    /// <summary>In order of their tokens.</summary>
    public required IReadOnlyList<ItemConcept> Concepts { get; init; }

    /// <summary>True masks.</summary>
    public required int Truths { get; init; }

    /// <summary>How many generated pictures there are of each concept; 0 where nothing was learned.</summary>
    public int Samples { get; init; }

    /// <summary>How many pictures were generated from the joint prompt.</summary>
    public int JointSamples { get; init; }
}

/// <summary>A concept that was found.</summary>
/// <param name="Token">Its word.</param>
/// <param name="Coverage">Share of the picture, 0 to 1.</param>
/// <param name="Saliency">How much it stands out; comparable within one method.</param>
/// <param name="Truth">The thing that it was matched with, counted from 0; null where none was left.</param>
/// <param name="Iou">With that thing, 0 to 1; 0 without one.</param>
public sealed record ItemConcept(string Token, double Coverage, double Saliency, int? Truth, double Iou);

/// <summary>What encoders and judge saw in an item's pictures.</summary>
/// <param name="Features">By encoder.</param>
/// <param name="Verdicts">What the judge says of each generated picture of every concept, null for one without a thing; null where it was not asked.</param>
public sealed record ItemViews(IReadOnlyDictionary<string, ItemFeatures> Features, IReadOnlyList<IReadOnlyList<ItemVerdict>?>? Verdicts);

/// <summary>All that is known of an item.</summary>
public sealed record FinishedItem(EvaluationItem Item, ItemRecord Record, ItemViews Views);

/// <summary>Whether a generated picture shows the toy that its word was learned on.</summary>
public sealed record ItemVerdict(bool Category, bool Color, bool Pattern);

/// <summary>Features of one encoder, little-endian fp32.</summary>
/// <param name="Whole">The source picture.</param>
/// <param name="Sources">The source concepts, one per true mask; see <see cref="SourceForm"/>.</param>
/// <param name="Generated">Per found concept its generated pictures.</param>
/// <param name="Joint">Pictures of the joint prompt.</param>
public sealed record ItemFeatures(byte[] Whole, IReadOnlyList<byte[]> Sources, IReadOnlyList<IReadOnlyList<byte[]>> Generated, IReadOnlyList<byte[]> Joint)
{
    public static byte[] Pack(ReadOnlySpan<float> feature) => MemoryMarshal.AsBytes(feature).ToArray();

    public static float[] Unpack(byte[] feature) => MemoryMarshal.Cast<byte, float>(feature).ToArray();
}
