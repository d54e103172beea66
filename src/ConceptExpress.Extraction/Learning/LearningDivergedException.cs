namespace ConceptExpress.Extraction.Learning;

/// <summary>Learning met a value that is not finite. The message is one sentence: at which step, and what to change.</summary>
public sealed class LearningDivergedException(string message) : Exception(message);
