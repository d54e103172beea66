namespace ConceptExpress.Imaging;

/// <summary>An input picture or mask cannot be used. The message is one sentence: what is wrong with which file, and what to do.</summary>
/// <param name="message">The sentence. Line breaks and other control characters in names are shown as codes.</param>
/// <param name="cause">The error of the decoder or the file system; null if there is none.</param>
public sealed class ImageException(string message, Exception? cause = null) : Exception(OneLine.Of(message), cause);
