using System.Text;
using System.Text.RegularExpressions;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// Repairs the most common decoding error: UTF-8 bytes that were read as Windows-1252 ("schÃ¶n"). A line is changed only if it contains a
/// sequence that nobody writes on purpose and its bytes are valid UTF-8.
/// </summary>
static partial class WrongDecoding
{
    /// <summary>The characters of bytes 80 to 9F in Windows-1252. Five bytes have none; they stay control characters.</summary>
    public const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Some second halves are left out: typographic punctuation (dashes, quotes, the ellipsis) also follows a capital Ã in correct text.
    [GeneratedRegex("[ÂÃÐ][\u00a0-¿€‚ƒ„†‡ˆ‰Š‹ŒŽ˜™š›œžŸ]|â[€„œ]|ðŸ")]
    private static partial Regex Telltale { get; }

    /// <summary>Returns the repaired line, or the line itself if there is nothing to repair.</summary>
    public static string Undone(string line)
    {
        if (!Telltale.IsMatch(line)) return line;
        var bytes = new byte[line.Length];
        for (var i = 0; i < line.Length; i++)
        {
            var special = Windows1252.IndexOf(line[i]);
            if (special < 0 && line[i] is > '\u00ff' or (>= '\u0080' and <= '\u009f')) return line;
            bytes[i] = special >= 0 ? (byte)(0x80 + special) : (byte)line[i];
        }
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return line;
        }
    }
}
