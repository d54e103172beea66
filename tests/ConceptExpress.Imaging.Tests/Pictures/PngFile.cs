using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ConceptExpress.Imaging.Tests;

/// <summary>PNG files of any kind, put together chunk by chunk and apart from the writer under test.</summary>
sealed record PngFile(int Width, int Height, PngColor Color, int BitDepth = 8)
{
    /// <summary>Chunks between the header and the pixels.</summary>
    public (string Type, byte[] Data)[] Chunks { get; init; } = [];

    public bool Interlaced { get; init; }

    /// <summary>The whole file; each line of packed samples is stored unfiltered.</summary>
    public byte[] With(params byte[][] lines) =>
    [
        .. Header(),
        .. Chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Data)),
        .. Chunk("IDAT", Zlib([.. lines.SelectMany(line => (byte[])[0, .. line])])),
        .. Chunk("IEND", []),
    ];

    /// <summary>Signature and IHDR alone.</summary>
    public byte[] Header()
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, Width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), Height);
        data[8] = (byte)BitDepth;
        data[9] = (byte)Color;
        data[12] = (byte)(Interlaced ? 1 : 0);
        return [137, 80, 78, 71, 13, 10, 26, 10, .. Chunk("IHDR", data)];
    }

    public static byte[] Zlib(byte[] data)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest)) zlib.Write(data);
        return compressed.ToArray();
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. crc];
    }
}

/// <summary>PNG's colour types by their numbers.</summary>
enum PngColor
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}
