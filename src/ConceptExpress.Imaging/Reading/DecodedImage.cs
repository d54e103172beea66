namespace ConceptExpress.Imaging;

/// <summary>A picture with the digest of the very bytes it was decoded from.</summary>
/// <param name="Image">The picture, upright unless told otherwise.</param>
/// <param name="Sha256">SHA-256 of the whole file, 64 lower-case hexadecimal digits.</param>
public sealed record DecodedImage(RgbImage Image, string Sha256);
