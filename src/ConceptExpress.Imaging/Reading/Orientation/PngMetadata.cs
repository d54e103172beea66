using System.IO.Compression;

namespace ConceptExpress.Imaging;

/// <summary>
/// Finds EXIF and XMP in a PNG: the chunk eXIf, XMP in an iTXt text, and the "raw profiles" of older programs, which are texts with the
/// bytes in hexadecimal.
/// </summary>
static class PngMetadata
{
    // A JPEG's segment has at most 64 KiB, so its text has 128 KiB and line breaks.
    const int MaxProfileText = 1 << 18;

    internal static void Search(ReadOnlySpan<byte> png, OrientationSearch search)
    {
        var rest = png[PngChunk.Signature.Length..];
        while (search.Goes && PngChunk.TryTake(ref rest, out var type, out var data) && !type.SequenceEqual("IEND"u8))
            if (type.SequenceEqual("eXIf"u8) && search.Takes()) search.AddExif(data);
            else if (type.SequenceEqual("tEXt"u8)) AddPlainProfile(data, search);
            else if (type.SequenceEqual("zTXt"u8)) AddCompressedProfile(data, search);
            else if (type.SequenceEqual("iTXt"u8)) AddInternationalText(data, search);
    }

    static void AddPlainProfile(ReadOnlySpan<byte> data, OrientationSearch search)
    {
        if (TakeField(ref data, out var keyword) && IsProfile(keyword) && search.Takes()) AddProfile(data, search);
    }

    // After the keyword: the method, which is always 0, and a zlib stream.
    static void AddCompressedProfile(ReadOnlySpan<byte> data, OrientationSearch search)
    {
        if (TakeField(ref data, out var keyword) && IsProfile(keyword) && data is [0, .. var zlib] && search.Takes())
            AddProfile(Inflated(zlib, MaxProfileText), search);
    }

    // After the keyword: whether compressed, the method, a language, the keyword in that language, and the text.
    static void AddInternationalText(ReadOnlySpan<byte> data, OrientationSearch search)
    {
        if (!TakeField(ref data, out var keyword) || !keyword.SequenceEqual("XML:com.adobe.xmp"u8)) return;
        if (data is not [<= 1 and var compressed, 0, .. var texts]) return;
        if (!TakeField(ref texts, out _) || !TakeField(ref texts, out _) || !search.Takes()) return;
        search.AddXmp(compressed == 1 ? Inflated(texts, XmpOrientation.MaxBytes) : texts);
    }

    static bool IsProfile(ReadOnlySpan<byte> keyword) =>
        keyword.SequenceEqual("Raw profile type exif"u8) || keyword.SequenceEqual("Raw profile type APP1"u8);

    // A profile is a line break, its name, its length in decimal digits, and its bytes in hexadecimal, in lines.
    static void AddProfile(ReadOnlySpan<byte> text, OrientationSearch search)
    {
        if (text.Length > MaxProfileText || !TakeWord(ref text, out _) || !TakeWord(ref text, out _)) return;
        var bytes = new byte[text.Length / 2];
        var (length, high) = (0, -1);
        foreach (var sign in text)
        {
            if (IsSpace(sign)) continue;
            if (HexDigit(sign) is not { } digit) break;
            if (high < 0) high = digit;
            else (bytes[length++], high) = ((byte)(16 * high + digit), -1);
        }
        App1Block.AddTextTo(search, bytes.AsSpan(0, length));
    }

    static bool TakeField(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> field)
    {
        var end = data.IndexOf((byte)0);
        field = end < 0 ? [] : data[..end];
        if (end >= 0) data = data[(end + 1)..];
        return end >= 0;
    }

    static bool TakeWord(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> word)
    {
        text = text.TrimStart(" \t\r\n"u8);
        var end = text.IndexOfAny(" \t\r\n"u8);
        word = end < 0 ? [] : text[..end];
        if (end >= 0) text = text[end..];
        return end > 0;
    }

    static int? HexDigit(byte sign) => sign switch
    {
        >= (byte)'0' and <= (byte)'9' => sign - '0',
        >= (byte)'a' and <= (byte)'f' => sign - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => sign - 'A' + 10,
        _ => null,
    };

    static bool IsSpace(byte sign) => sign is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    // The text of a zlib stream; empty if it is damaged or longer than the limit.
    static ReadOnlySpan<byte> Inflated(ReadOnlySpan<byte> zlib, int limit)
    {
        if (zlib.Length > limit) return [];
        try
        {
            using var stream = new ZLibStream(new MemoryStream(zlib.ToArray()), CompressionMode.Decompress);
            var text = new MemoryStream();
            var block = new byte[1 << 14];
            for (int read; (read = stream.Read(block)) > 0;)
            {
                if (text.Length + read > limit) return [];
                text.Write(block.AsSpan(0, read));
            }
            return text.GetBuffer().AsSpan(0, (int)text.Length);
        }
        catch (Exception error) when (error is InvalidDataException or IOException) // the latter for a stream that needs a dictionary
        {
            return [];
        }
    }
}
