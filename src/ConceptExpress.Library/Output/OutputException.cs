namespace ConceptExpress.Library.Output;

/// <summary>Results cannot be written. The message is one sentence: which folder or file, why, and what to do.</summary>
public class OutputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The output folder has content that must not be replaced, or is in use by another run.</summary>
/// <param name="message">One sentence: what is in the way, and what to do.</param>
/// <param name="replaceable">True if the content might be replaced once the user allows it.</param>
/// <param name="resumable">True if the content is unfinished work that can be resumed.</param>
public sealed class OutputOccupiedException(string message, bool replaceable = false, bool resumable = false) : OutputException(message)
{
    /// <summary>Whether the write may succeed if the user allows replacing earlier results.</summary>
    public bool Replaceable { get; } = replaceable;

    /// <summary>Whether the folder has unfinished work that can be resumed, and would be lost if it were replaced.</summary>
    public bool Resumable { get; } = resumable;
}
