using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Items;

/// <summary>One method on one picture with one seed.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Settings">With seed and resolution.</param>
/// <param name="GivenMasks">Whether the true masks are given; otherwise concepts are looked for.</param>
/// <param name="Picture">What it works on; with masks where these are given.</param>
/// <param name="Key">What the result is kept under: a digest of all of this but the method's name.</param>
public sealed record EvaluationItem(string Method, ExtractionSettings Settings, bool GivenMasks, EvaluationPicture Picture, string Key)
{
    /// <summary>Side of the square that the method sees, in pixels.</summary>
    public int Side { get; } = Settings.Resolution
        ?? throw new ArgumentException($"the resolution of {Method} is open; validate the plan for a checkpoint first", nameof(Settings));
}

/// <summary>All that is known of an item.</summary>
/// <param name="Item">What was to be done.</param>
/// <param name="Record">What came of it.</param>
/// <param name="Seen">By the names of viewers: what each saw in its pictures. Who cannot see the item's picture has no entry.</param>
public sealed record FinishedItem(EvaluationItem Item, ItemRecord Record, IReadOnlyDictionary<string, JsonNode> Seen);
