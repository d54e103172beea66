namespace ConceptExpress.Library.Concepts;

/// <summary>
/// A file in a concept folder is missing, damaged or not acceptable. The message is one sentence: what is wrong with which file, and what
/// to do.
/// </summary>
public sealed class ConceptFolderException(string message, Exception? inner = null) : Exception(message, inner);
