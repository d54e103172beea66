using ConceptExpress.Imaging;

namespace ConceptExpress.Library.Output;

/// <summary>Results cannot be written. The message is one sentence: which folder or file, why, and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The exception that caused this one; null if there is none. The default is null.</param>
public class OutputException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner);

/// <summary>
/// The output folder has content that must not be replaced, is or contains an input of the command, or is in use by another run.
/// </summary>
/// <param name="message">One sentence: what is in the way, and what to do.</param>
/// <param name="replaceable">True if the content might be replaced once the user allows it. The default is false.</param>
/// <param name="resumable">True if the content is unfinished work that can be resumed. The default is false.</param>
public sealed class OutputOccupiedException(string message, bool replaceable = false, bool resumable = false) : OutputException(message)
{
    /// <summary>
    /// Whether the write may succeed if the user allows replacing earlier results. It still fails if the folder has files with the names
    /// of results that the same command did not write.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Replaceable { get; } = replaceable;

    /// <summary>Whether the folder has unfinished work that can be resumed, and would be lost if it were replaced.</summary>
    /// <value>The default is false.</value>
    public bool Resumable { get; } = resumable;
}
