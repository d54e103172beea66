using System.Buffers.Binary;

namespace ConceptExpress.Imaging.Tests;

/// <summary>EXIF data with the one entry "orientation": a TIFF directory.</summary>
static class ExifBlock
{
    public const int Byte = 1;
    public const int Short = 3;
    public const int Long = 4;

    public static byte[] Orientation(int value) => Entry(Short, value, littleEndian: true);

    public static byte[] BigEndianOrientation(int value) => Entry(Short, value, littleEndian: false);

    /// <param name="type">The type of the value.</param>
    /// <param name="value">The value.</param>
    /// <param name="littleEndian">The order of the bytes.</param>
    /// <param name="before">Bytes between the header and the directory.</param>
    /// <param name="count">The number of values that the entry claims.</param>
    public static byte[] Entry(int type, int value, bool littleEndian, int before = 0, int count = 1)
    {
        byte[] UInt16(int number) => Ordered(number, 2, littleEndian);
        byte[] UInt32(int number) => Ordered(number, 4, littleEndian);
        var width = type switch { Byte => 1, Short => 2, _ => 4 };
        return
        [
            .. littleEndian ? "II"u8 : "MM"u8, .. UInt16(42), .. UInt32(8 + before), .. new byte[before],
            .. UInt16(1), .. UInt16(0x0112), .. UInt16(type), .. UInt32(count),
            .. Ordered(value, width, littleEndian), .. new byte[4 - width], .. UInt32(0),
        ];
    }

    static byte[] Ordered(int value, int length, bool littleEndian)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return [.. littleEndian ? bytes[..length] : bytes[..length].Reverse()];
    }
}
