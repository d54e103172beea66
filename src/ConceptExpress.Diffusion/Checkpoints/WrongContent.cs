namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Recognises what downloads leave behind in place of a checkpoint's file.</summary>
static class WrongContent
{
    /// <summary>Number of bytes at the beginning of a file that <see cref="Of"/> looks at.</summary>
    public const int Length = 64;

    /// <summary>Says what a file is, and what to do; null if its beginning is neither a Git-LFS pointer nor a web page.</summary>
    /// <param name="start">The first bytes of the file, at most <see cref="Length"/> are read.</param>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("version https://git-lfs"u8))
            return "is a Git-LFS pointer in place of the file; fetch the file with 'git lfs pull', or download it";
        var text = start.TrimStart(" \t\r\n\uFEFF"u8);
        return Begins(text, "<!doctype"u8) || Begins(text, "<html"u8)
            ? "is a web page in place of the file; download the file itself, signed in if its publisher requires it"
            : null;
    }

    // Letters of tags may be large or small.
    static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        if (text.Length < lower.Length) return false;
        for (var i = 0; i < lower.Length; i++)
            if ((text[i] is >= (byte)'A' and <= (byte)'Z' ? text[i] | 0x20 : text[i]) != lower[i]) return false;
        return true;
    }
}
