namespace ConceptExpress.Imaging;

/// <summary>What becomes of the orientation that a camera wrote into the file.</summary>
public enum Exif
{
    /// <summary>The picture is turned upright.</summary>
    Apply,

    /// <summary>The picture stays as it is stored.</summary>
    Ignore,
}

/// <summary>How pictures are read, and how large they may be.</summary>
public sealed record ImageReadOptions
{
    /// <summary>The options used where none are given.</summary>
    public static ImageReadOptions Default { get; } = new();

    /// <summary>The EXIF orientation of JPEG, PNG and WebP files.</summary>
    /// <value>The default is <see cref="Exif.Apply"/>.</value>
    public Exif Exif { get; init; } = Exif.Apply;

    /// <summary>The most pixels (width * height) a picture may have; checked before any of them is decoded.</summary>
    /// <remarks>Never more than 536 million, four bytes of which fill the largest array.</remarks>
    /// <value>The default is 64 million.</value>
    public long MaxPixels { get; init; } = 64_000_000;

    /// <summary>The most bytes a picture's file may have.</summary>
    /// <value>The default is 256 MB (2^28 bytes).</value>
    public int MaxBytes { get; init; } = 1 << 28;
}
