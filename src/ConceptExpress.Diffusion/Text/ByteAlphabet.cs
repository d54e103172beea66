using System.Text;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// A printable letter for every byte. Byte-pair vocabularies are written in these letters: visible Latin-1 characters stand for their own
/// byte, letters from U+0100 on for the other bytes, in order ("Language Models are Unsupervised Multitask Learners", its published code).
/// </summary>
static class ByteAlphabet
{
    static readonly char[] Letters = MakeLetters();
    static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(b => Letters[b], b => (byte)b);

    /// <summary>Returns the UTF-8 bytes of a text, one letter per byte.</summary>
    public static string Spell(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => Letters[b]));

    /// <summary>
    /// Converts letters back to text. Bytes that are not UTF-8 become U+FFFD; letters outside the alphabet stay unchanged.
    /// </summary>
    public static string Read(string letters)
    {
        var bytes = new List<byte>(letters.Length);
        foreach (var letter in letters)
            if (Bytes.TryGetValue(letter, out var known)) bytes.Add(known);
            else bytes.AddRange(Encoding.UTF8.GetBytes([letter]));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 0x100;
        for (var b = 0; b < 256; b++)
            letters[b] = b is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff) ? (char)b : (char)next++;
        return letters;
    }
}
