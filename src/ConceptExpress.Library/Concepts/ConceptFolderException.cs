namespace ConceptExpress.Library.Concepts;

/// <summary>A concept folder is missing, damaged or hostile. The message is one sentence: which file, what is wrong, what to do.</summary>
public sealed class ConceptFolderException(string message, Exception? inner = null) : Exception(message, inner);
