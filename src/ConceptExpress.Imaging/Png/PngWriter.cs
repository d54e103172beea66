using System.Buffers.Binary;
using System.IO.Compression;

namespace ConceptExpress.Imaging;

/// <summary>
/// Writes PNG files. The same image and texts give the same bytes on one .NET version: no time, no software name, texts by keyword.
/// </summary>
public static class PngWriter
{
    const byte GrayColor = 0;
    const byte TrueColor = 2;

    /// <summary>Writes an image as 8-bit RGB, with texts that <see cref="PngText.Read"/> gives back.</summary>
    /// <exception cref="ArgumentException">A keyword or text is not allowed in a PNG.</exception>
    public static void Write(Stream stream, RgbImage image, IReadOnlyDictionary<string, string>? text = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(stream, image.Width, image.Height, TrueColor, image.Pixels, text);
    }

    /// <summary>Writes an image as 8-bit grey, with texts that <see cref="PngText.Read"/> gives back.</summary>
    /// <exception cref="ArgumentException">A keyword or text is not allowed in a PNG.</exception>
    public static void Write(Stream stream, GrayImage image, IReadOnlyDictionary<string, string>? text = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(stream, image.Width, image.Height, GrayColor, image.Pixels, text);
    }

    static void Write(
        Stream stream, int width, int height, byte colorType, ReadOnlySpan<byte> pixels, IReadOnlyDictionary<string, string>? text)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var texts = new MemoryStream(); // made first, so that a refused text leaves nothing half written
        foreach (var (keyword, value) in (text ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            PngText.Write(texts, keyword, value);

        stream.Write(PngChunk.Signature);
        PngChunk.Write(stream, "IHDR"u8, Header(width, height, colorType));
        stream.Write(texts.GetBuffer().AsSpan(0, (int)texts.Length));
        PngChunk.Write(stream, "IDAT"u8, Compress(pixels, pixels.Length / height, bytesPerPixel: colorType == TrueColor ? 3 : 1));
        PngChunk.Write(stream, "IEND"u8, []);
    }

    static byte[] Header(int width, int height, byte colorType)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits a sample; the remaining zeros are deflate, adaptive filters, no interlacing
        header[9] = colorType;
        return header;
    }

    static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> pixels, int stride, int bytesPerPixel)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            ReadOnlySpan<byte> above = new byte[stride];
            var (scratch, filtered) = (new byte[stride], new byte[1 + stride]);
            for (; pixels.Length > 0; pixels = pixels[stride..])
            {
                var row = pixels[..stride];
                PngRowFilter.WriteSmallest(row, above, bytesPerPixel, scratch, filtered);
                zlib.Write(filtered);
                above = row;
            }
        }
        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }
}
