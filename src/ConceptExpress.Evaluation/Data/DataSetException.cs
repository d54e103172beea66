using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Data;

/// <summary>A data set is missing or cannot be used. The message is one sentence: which data set, what is wrong, what to do.</summary>
public sealed class DataSetException(string message, Exception? cause = null) : Exception(OneLine.Of(message), cause);
