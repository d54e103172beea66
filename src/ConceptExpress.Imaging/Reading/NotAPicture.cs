using System.Text;

namespace ConceptExpress.Imaging;

/// <summary>Recognises files that are not read, by their first bytes, so that a message can say what they are.</summary>
static class NotAPicture
{
    const string Convert = ", which is not read; save it as JPEG, PNG or WebP.";
    const string Raw = "a camera's raw picture";
    const string TiffOrRaw = "a TIFF picture or a camera's raw picture (most of these begin alike)";
    const int TextLength = 1024;

    static readonly (byte[] Start, string Name)[] Formats =
    [
        ([.. "GIF8"u8], "a GIF picture"),
        ([.. "8BPS"u8], "a Photoshop file (PSD)"),
        ([.. "%PDF-"u8], "a PDF document"),
        ([0xFF, 0x0A], "a JPEG XL picture"),
        ([0, 0, 0, 12, .. "JXL "u8], "a JPEG XL picture"),
        ([0, 0, 0, 12, .. "jP  "u8], "a JPEG 2000 picture"),
        ([.. "FUJIFILMCCD-RAW"u8], Raw),
        ([.. "IIRO"u8], Raw),
        ([.. "IIRS"u8], Raw),
        ([.. "MMOR"u8], Raw),
        ([.. "IIU\0"u8], Raw),
        ([.. "FOVb"u8], Raw),
        ([.. "II*\0"u8], TiffOrRaw),
        ([.. "MM\0*"u8], TiffOrRaw),
        ([.. "II+\0"u8], "a TIFF picture"),
        ([.. "MM\0+"u8], "a TIFF picture"),
    ];

    /// <summary>Returns the message on a file that is no JPEG, PNG or WebP.</summary>
    /// <param name="bytes">All bytes, or the first ones.</param>
    /// <param name="name">What the message calls the file.</param>
    internal static string Message(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IsEmpty) return $"'{name}' is empty; save or download the picture again.";
        if (Format(bytes) is { } format) return $"'{name}' is {format}{Convert}";
        return OfText(Beginning(bytes), name) ?? $"'{name}' is not a JPEG, PNG or WebP picture; convert it to one of these.";
    }

    static string? OfText(string text, string name)
    {
        if (text.StartsWith("version https://git-lfs.github.com/spec/v1", StringComparison.Ordinal))
            return $"'{name}' is a Git LFS pointer in place of the picture; fetch the picture itself with 'git lfs pull'.";
        if (Begins(text, "<!doctype html") || Begins(text, "<html"))
            return $"'{name}' is a web page (HTML) in place of a picture; open its address in a browser and save the picture itself.";
        if (Begins(text, "<") && text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return $"'{name}' is a drawing in SVG{Convert}";
        return null;
    }

    // Without a byte order mark and empty lines.
    static string Beginning(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        return Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, TextLength)]).TrimStart();
    }

    static string? Format(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8)) return MediaFile(bytes[8..Math.Min(bytes.Length, 64)]);
        if (bytes is [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, _, ..]) return "a BMP picture"; // with the four bytes that are reserved
        if (TiffOrientation.IsTiff(bytes) && bytes is [_, _, _, _, _, _, _, _, (byte)'C', (byte)'R', ..]) return Raw;
        foreach (var (start, name) in Formats)
            if (bytes.StartsWith(start)) return name;
        return null;
    }

    // A file in the ISO base media format, from its main brand on. AVIF and HEIC share the brand mif1, and then name their own later.
    static string MediaFile(ReadOnlySpan<byte> brands)
    {
        var (main, all) = (Encoding.Latin1.GetString(brands[..4]), Encoding.Latin1.GetString(brands));
        if (main is "crx ") return Raw;
        if (all.Contains("avif", StringComparison.Ordinal) || main is "avis") return "an AVIF picture";
        return main is "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1"
            ? "a HEIC picture"
            : "a video or a picture in a video's format";
    }

    static bool Begins(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}
