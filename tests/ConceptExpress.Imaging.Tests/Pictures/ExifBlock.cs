namespace ConceptExpress.Imaging.Tests;

/// <summary>The smallest EXIF data: a TIFF directory with the one entry "orientation".</summary>
static class ExifBlock
{
    public static byte[] Orientation(int value) =>
        [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)value, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] BigEndianOrientation(int value) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)value, 0, 0, 0, 0, 0, 0];
}
