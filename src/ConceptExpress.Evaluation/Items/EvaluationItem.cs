using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Items;

/// <summary>One method on one picture with one seed: the unit of work of an evaluation.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Settings">The method's settings, with seed and resolution.</param>
/// <param name="GivenMasks">Whether the method learns on the true masks; otherwise it locates concepts itself.</param>
/// <param name="Picture">The picture. It has masks if <paramref name="GivenMasks"/> is true.</param>
/// <param name="Key">The key that the result is stored under: a digest of everything that the result depends on (not the method's
/// name).</param>
sealed record EvaluationItem(string Method, ExtractionSettings Settings, bool GivenMasks, SourcePicture Picture, string Key)
{
    /// <summary>Side of the square that the method sees, in pixels.</summary>
    public int Side { get; } = Settings.Resolution
        ?? throw new ArgumentException($"{Method} has no resolution; validate the plan for a checkpoint first", nameof(Settings));
}

/// <summary>An item with its result and what viewers saw in its pictures.</summary>
/// <param name="Item">The item: method, settings and source picture.</param>
/// <param name="Record">Its result.</param>
/// <param name="Seen">What each viewer saw in its pictures, by <see cref="Viewing.IViewer.Name"/>. Viewers that cannot see the picture have
/// no entry.</param>
sealed record FinishedItem(EvaluationItem Item, ItemRecord Record, IReadOnlyDictionary<string, JsonNode> Seen);
