using System.Buffers.Binary;

namespace ConceptExpress.Imaging.Tests;

/// <summary>Files of one picture, stored as the blocks  A B C / D E F,  with metadata of any kind.</summary>
static class BlockPicture
{
    const int JpegBlock = 8;

    /// <summary>What each of the eight orientations makes of it, row by row.</summary>
    public static TheoryData<int, string> ShownAs => new()
    {
        { 1, "ABC/DEF" },
        { 2, "CBA/FED" },
        { 3, "FED/CBA" },
        { 4, "DEF/ABC" },
        { 5, "AD/BE/CF" },
        { 6, "DA/EB/FC" },
        { 7, "FC/EB/DA" },
        { 8, "CF/BE/AD" },
    };

    public static byte[] Jpeg(params byte[][] app1) =>
        new JpegFile(3, 2, 1, null) { Segments = [.. app1.Select(data => ((byte)0xE1, data))] }
            .With((column, row) => [(byte)('A' + 3 * row + column)]);

    public static byte[] Png(params (string Type, byte[] Data)[] chunks) =>
        new PngFile(3, 2, PngColor.Gray) { Chunks = chunks }.With("ABC"u8.ToArray(), "DEF"u8.ToArray());

    /// <summary>VP8X announces EXIF and XMP (flags 8 and 4) and the size less one; the pixels are SkiaSharp's chunk.</summary>
    public static byte[] Webp(params (string Type, byte[] Data)[] chunks)
    {
        var plain = SkiaFile.LosslessWebp(3, 2, [.. "ABCDEF"u8.ToArray().SelectMany(value => (byte[])[value, value, value, 255])]);
        var pixels = plain.AsSpan(plain.AsSpan().IndexOf("VP8L"u8));
        pixels = pixels[..(8 + (BinaryPrimitives.ReadInt32LittleEndian(pixels[4..]) + 1) / 2 * 2)];
        byte[] body =
        [
            .. "WEBPVP8X"u8, .. LittleEndian(10), 12, 0, 0, 0, 2, 0, 0, 1, 0, 0,
            .. pixels,
            .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Data)),
        ];
        return [.. "RIFF"u8, .. LittleEndian(body.Length), .. body];
    }

    /// <summary>Decodes a file and names the blocks as they are shown.</summary>
    public static string Shown(byte[] file)
    {
        var image = ImageReader.Decode(file, "turned");
        var block = file[0] == 0xFF ? JpegBlock : 1;
        return string.Join('/', Enumerable.Range(0, image.Height / block).Select(y =>
            string.Concat(Enumerable.Range(0, image.Width / block).Select(x => (char)image[x * block, y * block].Red))));
    }

    static byte[] Chunk(string type, byte[] data) =>
        [.. type.Select(letter => (byte)letter), .. LittleEndian(data.Length), .. data, .. new byte[data.Length % 2]];

    static byte[] LittleEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
