using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction;

/// <summary>The phases of an extraction, by their one name: in displays, logs and <c>run.json</c>.</summary>
public static class Phases
{
    public const string Locate = "locate";
    public const string SearchWords = "search words";
    public const string LearnSplitTokens = "learn split tokens";
    public const string LearnMergedTokens = "learn merged tokens";
}

/// <summary>The concepts' places are known.</summary>
public sealed record ConceptsLocated(IReadOnlyList<LocatedConcept> Concepts) : ProgressEvent;

/// <summary>The optimizer has taken one step, for one prompt.</summary>
/// <param name="Phase"><see cref="Phases.LearnSplitTokens"/> or <see cref="Phases.LearnMergedTokens"/>.</param>
/// <param name="Pass">0-based; a pass visits every prompt once.</param>
/// <param name="Step">0-based over the whole run.</param>
/// <param name="Prompt">The prompt that was trained.</param>
/// <param name="Losses">This step's losses.</param>
/// <param name="GradientNorm">Before clipping, as published: over the whole embedding table.</param>
public sealed record OptimizerStepDone(string Phase, int Pass, int Step, string Prompt, LossValues Losses, double GradientNorm) : Advanced;

/// <summary>It is known where a concept's tokens begin.</summary>
/// <param name="Concept">Its number, counted from 0; concepts come in their order.</param>
/// <param name="Start">A vector of the checkpoint's width.</param>
public sealed record StartFound(int Concept, float[] Start) : ProgressEvent;

/// <summary>A pass is done, or the split tokens were merged: learning can go on from here.</summary>
public sealed record PassDone(LearningState State) : ProgressEvent;
