using System.Buffers.Binary;
using System.IO.Compression;

namespace ConceptExpress.Imaging;

/// <summary>
/// Writes PNG files. With one .NET version, the same image and texts give the same bytes: no time or software name is written, and texts
/// are sorted by keyword.
/// </summary>
static class PngWriter
{
    const byte GrayColor = 0;
    const byte TrueColor = 2;

    /// <summary>Writes an image as 8-bit RGB, with optional texts by keyword, which <see cref="PngText.Read"/> returns.</summary>
    /// <exception cref="ArgumentException">A keyword or text is not allowed in a PNG.</exception>
    public static void Write(Stream stream, RgbImage image, IReadOnlyDictionary<string, string>? text = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(stream, image.Size, TrueColor, image.Pixels, text);
    }

    /// <summary>Writes a mask as 8-bit grey: 255 inside the mask, 0 outside.</summary>
    public static void Write(Stream stream, Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var pixels = new byte[mask.Pixels.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = mask.Pixels[i] ? byte.MaxValue : (byte)0;
        Write(stream, mask.Size, GrayColor, pixels, text: null);
    }

    static void Write(
        Stream stream, PixelSize size, byte colorType, ReadOnlySpan<byte> pixels, IReadOnlyDictionary<string, string>? text)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var texts = new MemoryStream(); // made first, so that nothing is written if a text is refused
        foreach (var (keyword, value) in (text ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            PngText.Write(texts, keyword, value);

        stream.Write(PngChunk.Signature);
        PngChunk.Write(stream, "IHDR"u8, Header(size, colorType));
        stream.Write(texts.GetBuffer().AsSpan(0, (int)texts.Length));
        PngChunk.Write(stream, "IDAT"u8, Compress(pixels, pixels.Length / size.Height, bytesPerPixel: colorType == TrueColor ? 3 : 1));
        PngChunk.Write(stream, "IEND"u8, []);
    }

    static byte[] Header(PixelSize size, byte colorType)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, size.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size.Height);
        header[8] = 8; // bits per sample; the remaining zeros mean deflate, adaptive filters and no interlacing
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
