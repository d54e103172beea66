using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Concepts;

/// <summary>
/// A file in a concept folder is missing, damaged or not acceptable. The message is one sentence: what is wrong with which file, and what
/// to do.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The exception that caused this one; null if there is none. The default is null.</param>
public sealed class ConceptFolderException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner);
