namespace ConceptExpress.Library.Output;

/// <summary>Results cannot be written. The message is one sentence: where, why, what to do.</summary>
public class OutputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The output folder holds something that may not be replaced.</summary>
/// <param name="message">One sentence: what is in the way.</param>
/// <param name="replaceable">Whether it could be replaced if that were allowed.</param>
public sealed class OutputOccupiedException(string message, bool replaceable = false) : OutputException(message)
{
    public bool Replaceable { get; } = replaceable;
}
