namespace ConceptExpress.Extraction;

/// <summary>What the extraction is busy with.</summary>
public enum ExtractionPhase { Locating, SearchingWords, LearningSplitTokens, LearningMergedTokens }

/// <summary>What happens during an extraction. Events are delivered synchronously, on the working thread, and hold plain values.</summary>
public abstract record ExtractionEvent;

/// <summary>A phase begins.</summary>
/// <param name="Phase">Which.</param>
/// <param name="Iterations">How many optimizer steps (or, for locating, UNet passes; for searching, words) it will take.</param>
public sealed record PhaseStarted(ExtractionPhase Phase, int Iterations) : ExtractionEvent;

/// <summary>The picture went through the UNet once more.</summary>
public sealed record LocatingPassDone(int Iteration) : ExtractionEvent;

/// <summary>The concepts' places are known.</summary>
public sealed record ConceptsLocated(IReadOnlyList<LocatedConcept> Concepts) : ExtractionEvent;

/// <summary>One more word of the vocabulary was tried as a beginning.</summary>
public sealed record WordTried : ExtractionEvent;

/// <summary>The optimizer has taken one step, for one prompt.</summary>
/// <param name="Phase">Split or merged tokens.</param>
/// <param name="Pass">0-based; a pass visits every prompt once.</param>
/// <param name="Step">0-based over the whole run.</param>
/// <param name="Prompt">The prompt that was trained.</param>
/// <param name="Losses">This step's losses.</param>
/// <param name="GradientNorm">Before clipping, as published: over the whole embedding table.</param>
public sealed record OptimizerStepDone(ExtractionPhase Phase, int Pass, int Step, string Prompt, LossValues Losses, double GradientNorm) : ExtractionEvent;
