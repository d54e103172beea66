using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Data;

/// <summary>A data set is missing or cannot be used. The message is one sentence: which data set, what is wrong, what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="cause">The exception that caused this one; null if there is none. The default is null.</param>
public sealed class DataSetException(string message, Exception? cause = null) : Exception(OneLine.Of(message), cause);
