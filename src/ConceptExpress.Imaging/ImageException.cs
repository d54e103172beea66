namespace ConceptExpress.Imaging;

/// <summary>An input picture or mask cannot be used. The message is one sentence: what is wrong with which file, and what to do.</summary>
public sealed class ImageException : Exception
{
    public ImageException(string message) : base(message) { }

    public ImageException(string message, Exception cause) : base(message, cause) { }
}
