using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>
/// Finds the orientation that a camera or an editor wrote into a JPEG, PNG or WebP file. SkiaSharp's codec reads only some of the forms.
/// </summary>
static class StoredOrientation
{
    /// <summary>
    /// Returns the orientation of a file; upright if it has none or if its metadata are damaged. Never throws, and reads only a few blocks
    /// of limited length.
    /// </summary>
    internal static SKEncodedOrigin Of(ReadOnlySpan<byte> file)
    {
        var search = new OrientationSearch();
        if (ImageHeader.IsPng(file)) PngMetadata.Search(file, search);
        else if (ImageHeader.IsWebp(file)) SearchWebp(file, search);
        else SearchJpeg(file, search);
        return (SKEncodedOrigin)(search.Found ?? (int)SKEncodedOrigin.TopLeft);
    }

    static void SearchJpeg(ReadOnlySpan<byte> file, OrientationSearch search)
    {
        const byte App1 = 0xE1;
        var rest = file[JpegSegment.StartLength..];
        while (search.Goes && JpegSegment.TryTake(ref rest, out var marker, out var data) && marker != JpegSegment.StartOfScan)
            if (marker == App1) App1Block.AddTo(search, data);
    }

    static void SearchWebp(ReadOnlySpan<byte> file, OrientationSearch search)
    {
        var rest = file[RiffChunk.HeaderLength..];
        while (search.Goes && RiffChunk.TryTake(ref rest, out var type, out var data))
            if (type.SequenceEqual("EXIF"u8) && search.Takes()) search.AddExif(data);
            else if (type.SequenceEqual("XMP "u8) && search.Takes()) search.AddXmp(data);
    }
}
