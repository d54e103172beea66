namespace ConceptExpress.Imaging;

/// <summary>An input picture or mask cannot be used. The message is one sentence: what is wrong with which file, and what to do.</summary>
/// <param name="message">
/// The sentence. Line breaks and other control characters, as names of files may hold them, are shown as codes.
/// </param>
/// <param name="cause">The error behind it, such as one of the file system; null, the default, if there is none.</param>
public sealed class ImageException(string message, Exception? cause = null) : Exception(OneLine.Of(message), cause);
