using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Embeddings;

/// <summary>
/// An embedding file is missing, damaged, something else, or has no vectors that can be used. The message is one sentence: what is wrong
/// with which file, and what to do.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The exception that caused this one; null if there is none. The default is null.</param>
public sealed class EmbeddingException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner);
