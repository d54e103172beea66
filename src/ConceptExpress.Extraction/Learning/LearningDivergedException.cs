using ConceptExpress.Imaging;

namespace ConceptExpress.Extraction.Learning;

/// <summary>Thrown if a loss, a gradient or a row is not finite while learning.</summary>
/// <param name="message">One sentence: which value, at which optimizer step, and what to change.</param>
public sealed class LearningDivergedException(string message) : Exception(OneLine.Of(message));
