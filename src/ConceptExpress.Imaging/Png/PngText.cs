using System.Text;

namespace ConceptExpress.Imaging;

/// <summary>Reads and writes the texts of a PNG file: pairs of keyword and value in tEXt (Latin-1) or iTXt (UTF-8) chunks.</summary>
static class PngText
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether bytes begin as those of a PNG file do.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngChunk.Signature);

    /// <summary>
    /// Returns all uncompressed texts of a PNG file, by keyword. If a keyword is used twice, the first text counts. Compressed texts are
    /// ignored: <see cref="PngWriter"/> writes none, and decompressing those of an untrusted file could exhaust the memory.
    /// </summary>
    /// <exception cref="ImageException">
    /// The bytes are not a PNG file, end too early, or have an iTXt text that is not valid UTF-8.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> png)
    {
        if (!IsPng(png))
            throw new ImageException("The data is not a PNG file; text can be read from PNG files only.");
        var texts = new Dictionary<string, string>();
        var rest = png[PngChunk.Signature.Length..];
        while (PngChunk.TryTake(ref rest, out var type, out var data))
        {
            if (type.SequenceEqual("IEND"u8)) return texts;
            if (type.SequenceEqual("tEXt"u8)) AddLatin1(data, texts);
            else if (type.SequenceEqual("iTXt"u8)) AddUtf8(data, texts);
        }
        throw new ImageException("The PNG file ends before its last chunk; copy or download it again.");
    }

    /// <summary>Writes one text, as tEXt if it is printable Latin-1 with line breaks, else as iTXt.</summary>
    /// <exception cref="ArgumentException">The keyword or the text is not allowed in a PNG.</exception>
    internal static void Write(Stream stream, string keyword, string value)
    {
        CheckKeyword(keyword);
        if (value.Contains('\0'))
            throw new ArgumentException($"The text of '{keyword}' has a NUL character, which PNG does not allow; remove it.",
                nameof(value));
        var name = Encoding.Latin1.GetBytes(keyword);
        if (value.All(IsPlainLatin1))
        {
            PngChunk.Write(stream, "tEXt"u8, [.. name, 0, .. Encoding.Latin1.GetBytes(value)]);
            return;
        }
        // NUL-terminated keyword, compression flag, compression method, empty language, empty translated keyword.
        PngChunk.Write(stream, "iTXt"u8, [.. name, 0, 0, 0, 0, 0, .. EncodeUtf8(keyword, value)]);
    }

    static byte[] EncodeUtf8(string keyword, string value)
    {
        try
        {
            return Utf8.GetBytes(value);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"The text of '{keyword}' has an unpaired surrogate; remove it.", nameof(value), error);
        }
    }

    static void CheckKeyword(string keyword)
    {
        var allowed = keyword.Length is >= 1 and <= 79
            && keyword.All(c => c != '\n' && IsPlainLatin1(c) && c != '\u00A0')
            && keyword[0] != ' ' && keyword[^1] != ' ' && !keyword.Contains("  ");
        if (!allowed)
            throw new ArgumentException(
                $"'{keyword}' is not a valid PNG keyword: it needs 1 to 79 printable Latin-1 characters, without spaces at the ends or in "
                    + "a row.",
                nameof(keyword));
    }

    static bool IsPlainLatin1(char c) => c is '\n' or (>= ' ' and <= '~') or (>= '\u00A0' and <= '\u00FF');

    static void AddLatin1(ReadOnlySpan<byte> data, Dictionary<string, string> texts)
    {
        if (TakeField(ref data, out var keyword)) texts.TryAdd(keyword, Encoding.Latin1.GetString(data));
    }

    static void AddUtf8(ReadOnlySpan<byte> data, Dictionary<string, string> texts)
    {
        if (!TakeField(ref data, out var keyword) || data is not [0, _, ..]) return;
        data = data[2..];
        if (!TakeField(ref data, out _) || !TakeField(ref data, out _)) return;
        try
        {
            texts.TryAdd(keyword, Utf8.GetString(data));
        }
        catch (DecoderFallbackException error)
        {
            throw new ImageException($"The PNG file's text '{keyword}' is not valid UTF-8; write the file again.", error);
        }
    }

    static bool TakeField(ref ReadOnlySpan<byte> data, out string field)
    {
        var end = data.IndexOf((byte)0);
        field = end < 0 ? "" : Encoding.Latin1.GetString(data[..end]);
        if (end >= 0) data = data[(end + 1)..];
        return end >= 0;
    }
}
