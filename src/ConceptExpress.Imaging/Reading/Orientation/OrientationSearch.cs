namespace ConceptExpress.Imaging;

/// <summary>
/// Collects what the metadata of one file say about the orientation. EXIF wins over EXIF in text form (PNG's raw profiles), and that over
/// XMP; of each kind, the first that says something counts.
/// </summary>
sealed class OrientationSearch
{
    // A file has one of each. A hostile one could have so many that reading them takes minutes.
    const int MaxBlocks = 16;

    int blocks;
    int? exif;
    int? textExif;
    int? xmp;

    /// <summary>The orientation that counts, 1 to 8; null if there is none.</summary>
    internal int? Found => exif ?? textExif ?? xmp;

    /// <summary>Whether to look further: no EXIF was found yet, and not too many blocks were read.</summary>
    internal bool Goes => exif is null && blocks < MaxBlocks;

    /// <summary>Counts a block that is going to be read, before anything of it is decompressed. False if it may not be read.</summary>
    internal bool Takes() => blocks++ < MaxBlocks;

    internal void AddExif(ReadOnlySpan<byte> data) => exif ??= TiffOrientation.Of(data);

    internal void AddTextExif(ReadOnlySpan<byte> data) => textExif ??= TiffOrientation.Of(data);

    internal void AddXmp(ReadOnlySpan<byte> packet) => xmp ??= XmpOrientation.Of(packet);
}
