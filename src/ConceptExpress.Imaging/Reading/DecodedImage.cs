namespace ConceptExpress.Imaging;

/// <summary>An image, with the digest of the bytes from which it was decoded.</summary>
/// <param name="Image">The decoded image, upright unless <see cref="Exif.Ignore"/> was set.</param>
/// <param name="Sha256">The SHA-256 of the whole file, 64 lower-case hexadecimal digits.</param>
public sealed record DecodedImage(RgbImage Image, string Sha256)
{
    /// <summary>What a person should know about the file, one sentence each: that it was cut, and how much is missing.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
