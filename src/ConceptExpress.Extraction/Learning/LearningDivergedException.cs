namespace ConceptExpress.Extraction.Learning;

/// <summary>Thrown if a value is not finite while learning. The message is one sentence: the optimizer step, and what to change.</summary>
public sealed class LearningDivergedException(string message) : Exception(message);
