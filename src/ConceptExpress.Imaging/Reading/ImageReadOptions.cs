namespace ConceptExpress.Imaging;

/// <summary>How to handle the orientation that a camera wrote into the file.</summary>
public enum Exif
{
    /// <summary>Turn the picture upright.</summary>
    Apply,

    /// <summary>Keep the picture as it is stored.</summary>
    Ignore,
}

/// <summary>Options for reading pictures, and limits on their size.</summary>
public sealed record ImageReadOptions
{
    /// <summary>The options that are used if none are given. Each property has its default.</summary>
    public static ImageReadOptions Default { get; } = new();

    /// <summary>How to handle the orientation in the EXIF or, if that has none, XMP data of JPEG, PNG and WebP files.</summary>
    /// <value>The default is <see cref="Exif.Apply"/>.</value>
    public Exif Exif { get; init; } = Exif.Apply;

    /// <summary>The maximum number of pixels (width * height), 1 or more. It is checked before any pixel is decoded.</summary>
    /// <remarks>
    /// Pictures of more than 536,870,897 pixels are always refused: at four bytes per pixel, they would exceed the largest array.
    /// </remarks>
    /// <value>The default is 64 million.</value>
    public long MaxPixels { get; init; } = 64_000_000;

    /// <summary>The maximum size of a file in bytes, 1 or more. It is not checked for bytes that are in memory already.</summary>
    /// <value>The default is 2^28 (256 MiB).</value>
    public int MaxBytes { get; init; } = 1 << 28;
}
