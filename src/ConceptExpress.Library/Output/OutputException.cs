namespace ConceptExpress.Library.Output;

/// <summary>Results cannot be written. The message is one sentence: where, why, what to do.</summary>
public class OutputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The output folder holds something already, and nobody said that it may be replaced.</summary>
public sealed class OutputOccupiedException(string message) : OutputException(message);
