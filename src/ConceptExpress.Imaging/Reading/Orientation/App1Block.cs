namespace ConceptExpress.Imaging;

/// <summary>The content of a JPEG's APP1 segment: EXIF with its prefix, plain TIFF as some programs write it, or XMP.</summary>
static class App1Block
{
    static ReadOnlySpan<byte> XmpPrefix => "http://ns.adobe.com/xap/1.0/\0"u8;

    internal static void AddTo(OrientationSearch search, ReadOnlySpan<byte> data)
    {
        if (data.StartsWith(XmpPrefix) && search.Takes()) search.AddXmp(data[XmpPrefix.Length..]);
        else if (IsExif(data) && search.Takes()) search.AddExif(data);
    }

    /// <summary>As <see cref="AddTo"/>, for a segment that a PNG holds as text, and that is counted already.</summary>
    internal static void AddTextTo(OrientationSearch search, ReadOnlySpan<byte> data)
    {
        if (data.StartsWith(XmpPrefix)) search.AddXmp(data[XmpPrefix.Length..]);
        else if (IsExif(data)) search.AddTextExif(data);
    }

    static bool IsExif(ReadOnlySpan<byte> data) => data.StartsWith(TiffOrientation.ExifPrefix) || TiffOrientation.IsTiff(data);
}
