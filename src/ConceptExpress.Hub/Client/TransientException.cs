namespace ConceptExpress.Hub.Client;

/// <summary>A request failed in a way that may pass: it is tried again.</summary>
/// <param name="message">A few words: what happened.</param>
/// <param name="inner">The exception behind it; null if there is none.</param>
/// <param name="after">How long the hub asks to wait; null if it does not say.</param>
sealed class TransientException(string message, Exception? inner = null, TimeSpan? after = null) : Exception(message, inner)
{
    /// <summary>How long the hub asks to wait; null if it does not say.</summary>
    public TimeSpan? After => after;
}
