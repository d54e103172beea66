using System.Text.RegularExpressions;

namespace ConceptExpress.Library.Concepts;

/// <summary>The spelling rules of words, names and prefixes.</summary>
static partial class ConceptNames
{
    /// <summary>Returns the base name of a concept's files: <c>asset0</c> for <c>&lt;asset0&gt;</c>.</summary>
    public static string NameOf(string token) => token.Trim('<', '>');

    /// <summary>
    /// Makes a prefix of at most 40 characters from a picture's file name; <c>concepts</c> if nothing of the name can be used.
    /// </summary>
    public static string PrefixFor(string imageName)
    {
        var plain = Unfit().Replace(Path.GetFileNameWithoutExtension(imageName), "-").Trim('-', '.');
        return plain.Length == 0 ? "concepts" : plain.Length > 40 ? plain[..40] : plain;
    }

    /// <summary>Whether a text is a valid word: 1 to 100 characters in angle brackets, without spaces or more brackets.</summary>
    public static bool IsToken(string text) => WholeToken().IsMatch(text);

    /// <summary>Returns a word that a person wrote with or without its angle brackets; null if it cannot be one.</summary>
    public static string? TokenOf(string text) => new[] { text, $"<{text}>" }.FirstOrDefault(IsToken);

    /// <summary>
    /// Returns a name for files, made from a word: characters that names cannot have become dashes, and a number is added until no name in
    /// <paramref name="taken"/> is the same, whatever the case of its letters.
    /// </summary>
    public static string FileNameFor(string token, IReadOnlyCollection<string> taken)
    {
        var plain = Unfit().Replace(NameOf(token), "-") is var name && IsName(name) ? name : "word";
        return Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? plain : $"{plain[..Math.Min(plain.Length, 80)]}-{i}")
            .First(each => !taken.Contains(each, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether a text is a valid prefix: 1 to 40 characters, without spaces or angle brackets.</summary>
    public static bool IsPrefix(string text) => WholePrefix().IsMatch(text);

    /// <summary>Whether a text is a valid name: 1 to 100 ASCII letters, digits, dots, dashes and underscores, and not only dots.</summary>
    public static bool IsName(string text) => WholeName().IsMatch(text) && text.Trim('.').Length > 0;

    /// <summary>Returns all texts in a prompt that have the form of a word, in order.</summary>
    public static IEnumerable<string> WordsIn(string prompt) => AnyToken().Matches(prompt).Select(match => match.Value);

    /// <summary>
    /// Returns all texts in a prompt that differ from the word <paramref name="token"/> only in brackets, spaces or capitals.
    /// </summary>
    public static IEnumerable<string> NearlyIn(string prompt, string token)
    {
        var name = Regex.Escape(NameOf(token));
        return Regex.Matches(prompt, $@"<\s*{name}\s*>|(?<![\w<>-]){name}(?![\w<>-])",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
            .Select(match => match.Value).Where(written => written != token);
    }

    [GeneratedRegex(@"<[^<>\s]{1,100}>")]
    private static partial Regex AnyToken();

    [GeneratedRegex(@"^<[^<>\s]{1,100}>\z")]
    private static partial Regex WholeToken();

    [GeneratedRegex(@"^[^<>\s]{1,40}\z")]
    private static partial Regex WholePrefix();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex WholeName();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+")]
    private static partial Regex Unfit();
}
