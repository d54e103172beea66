namespace ConceptExpress.Imaging;

/// <summary>An input picture cannot be used. The message is one sentence that names the file and says what to do.</summary>
public sealed class ImageException : Exception
{
    public ImageException(string message) : base(message) { }

    public ImageException(string message, Exception cause) : base(message, cause) { }
}
