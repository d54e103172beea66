using System.Text;
using System.Text.RegularExpressions;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// Undoes the commonest accident of text: UTF-8 bytes that were read as Windows-1252 ("schÃ¶n"). Careful: only where a sequence that nobody
/// writes on purpose occurs, and the whole line is valid UTF-8 then.
/// </summary>
internal static partial class WrongDecoding
{
    /// <summary>What bytes 80 to 9F mean in Windows-1252; five mean nothing.</summary>
    public const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Second halves that are punctuation of the typewriter kind (dashes, quotes, the ellipsis) also follow a capital Ã in honest text.
    [GeneratedRegex("[ÂÃÐ][\u00a0-¿€‚ƒ„†‡ˆ‰Š‹ŒŽ˜™š›œžŸ]|â[€„œ]|ðŸ")]
    private static partial Regex Telltale { get; }

    /// <summary>The line as it was meant, or as it is.</summary>
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
