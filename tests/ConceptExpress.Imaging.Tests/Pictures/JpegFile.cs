using System.Buffers.Binary;

namespace ConceptExpress.Imaging.Tests;

/// <summary>
/// A baseline JPEG of flat 8x8 blocks: every coefficient but the first is zero and quantisation is by 1, so a decoder gives back
/// exactly the samples of each block. One component is grey; three are RGB with Adobe transform 0, else YCbCr; four are CMYK, or YCCK
/// with transform 2.
/// </summary>
/// <param name="Columns">Blocks from left to right.</param>
/// <param name="Rows">Blocks from top to bottom.</param>
/// <param name="Components">Samples of a pixel.</param>
/// <param name="AdobeTransform">Value of an Adobe APP14 segment, none where null.</param>
sealed record JpegFile(int Columns, int Rows, int Components, byte? AdobeTransform)
{
    /// <summary>Application segments: marker's second byte and content.</summary>
    public (byte Marker, byte[] Data)[] Segments { get; init; } = [];

    /// <summary>The whole file; <paramref name="block"/> gives the samples of the block in a column and row.</summary>
    public byte[] With(Func<int, int, byte[]> block) => [.. Head(8 * Columns, 8 * Rows), .. EntropyCoded(block), 0xFF, 0xD9];

    /// <summary>Everything before the compressed pixels, for any announced size.</summary>
    public byte[] Head(int width, int height)
    {
        var adobe = AdobeTransform is { } transform ? Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]) : [];
        return
        [
            0xFF, 0xD8,
            .. Segments.SelectMany(segment => Segment(segment.Marker, segment.Data)),
            .. adobe,
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
            .. Segment(0xC0, [8, .. BigEndian(height), .. BigEndian(width), (byte)Components, .. Each(id => [id, 0x11, 0])]),
            // DC table: sizes 0 to 11 as codes of four bits. AC table: "end of block" as the single bit 0.
            .. Segment(0xC4, [0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
            .. Segment(0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            .. Segment(0xDA, [(byte)Components, .. Each(id => [id, 0x00]), 0, 63, 0]),
        ];
    }

    IEnumerable<byte> Each(Func<byte, byte[]> bytesOf) => Enumerable.Range(1, Components).SelectMany(id => bytesOf((byte)id));

    byte[] EntropyCoded(Func<int, int, byte[]> block)
    {
        var bits = new List<int>();
        var previous = new int[Components];
        for (var row = 0; row < Rows; row++)
            for (var column = 0; column < Columns; column++)
            {
                var samples = block(column, row);
                for (var c = 0; c < Components; c++)
                {
                    var dc = 8 * (samples[c] - 128);
                    AppendDifference(bits, dc - previous[c]);
                    bits.Add(0); // end of block
                    previous[c] = dc;
                }
            }
        return Packed(bits);
    }

    /// <summary>Compressed samples as bytes, with a zero after every 0xFF.</summary>
    public static byte[] Packed(List<int> bits)
    {
        while (bits.Count % 8 != 0) bits.Add(1);
        var bytes = bits.Chunk(8).Select(eight => (byte)eight.Aggregate((value, bit) => 2 * value + bit));
        return [.. bytes.SelectMany(value => value == 0xFF ? (byte[])[0xFF, 0] : [value])];
    }

    /// <summary>Writes the difference of a block's mean from that of the block before.</summary>
    public static void AppendDifference(List<int> bits, int difference)
    {
        var size = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
        AppendBits(bits, size, 4);
        AppendBits(bits, difference >= 0 ? difference : difference + (1 << size) - 1, size);
    }

    static void AppendBits(List<int> bits, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--) bits.Add(value >> i & 1);
    }

    static byte[] Segment(byte marker, byte[] data) => [0xFF, marker, .. BigEndian(data.Length + 2), .. data];

    static byte[] BigEndian(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
