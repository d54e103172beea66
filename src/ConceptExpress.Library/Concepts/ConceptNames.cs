using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ConceptExpress.Library.Concepts;

/// <summary>The spelling rules of words, names and prefixes.</summary>
static partial class ConceptNames
{
    const int MaxPrefix = 40, DigestDigits = 6;

    /// <summary>Returns the base name of a concept's files: <c>asset0</c> for <c>&lt;asset0&gt;</c>.</summary>
    public static string NameOf(string token) => token.Trim('<', '>');

    /// <summary>Returns a suggested name with its article: <c>a ball</c>, <c>an umbrella</c>.</summary>
    public static string WithArticle(string suggested) => $"{("aeiou".Contains(suggested[0]) ? "an" : "a")} {suggested}";

    /// <summary>
    /// Makes a prefix of at most 40 characters from a file's name. A name of which letters are lost, because it is too long or in another
    /// script, ends with a digest of the whole name. So different names give different prefixes, up to spaces and signs.
    /// </summary>
    public static string PrefixFor(string fileName)
    {
        var stem = Path.GetFileNameWithoutExtension(fileName);
        var plain = Unfit().Replace(stem, "-").Trim('-', '.');
        if (plain.Length is > 0 and <= MaxPrefix && stem.All(char.IsAscii)) return plain;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stem)))[..DigestDigits];
        if (plain.Length > MaxPrefix - DigestDigits - 1) plain = plain[..(MaxPrefix - DigestDigits - 1)].TrimEnd('-', '.');
        return $"{(plain.Length == 0 ? "picture" : plain)}-{digest}";
    }

    /// <summary>Returns the names of a picture's concepts, all different, whatever the case of their letters.</summary>
    /// <param name="prefix">The prefix of the picture.</param>
    /// <param name="words">Their words within the picture: <c>&lt;asset0&gt;</c> and so on.</param>
    /// <param name="given">
    /// Names that a person gave to the first concepts, all different; the others are called <c>PREFIX-asset0</c> and so on.
    /// </param>
    public static IReadOnlyList<string> For(string prefix, IReadOnlyList<string> words, IReadOnlyList<string> given)
    {
        List<string> names = [.. given.Take(words.Count)];
        foreach (var word in words.Skip(names.Count)) names.Add(FileNameFor($"{prefix}-{NameOf(word)}", names));
        return names;
    }

    /// <summary>
    /// Returns the word that a prompt means by <paramref name="written"/>: the same word, or the only one that ends with it after a dash,
    /// as <c>&lt;toybox-01-asset0&gt;</c> does for <c>&lt;asset0&gt;</c>. Null if there is none, or more than one.
    /// </summary>
    public static string? Meant(string written, IReadOnlyCollection<string> words) => words.Contains(written)
        ? written
        : words.Where(word => word.EndsWith($"-{written[1..]}", StringComparison.Ordinal)).Distinct().ToList() is [var only] ? only : null;

    /// <summary>Returns <c>&lt;asset0&gt;</c> for <c>&lt;toybox-01-asset0&gt;</c>; null for words that do not end so.</summary>
    public static string? UsualShortForm(string word) =>
        Usual().Match(word) is { Success: true } match ? $"<{match.Groups[1].Value}>" : null;

    /// <summary>Replaces the short forms of words in a prompt by the words, as <see cref="Meant"/> says.</summary>
    public static string InFull(string prompt, IReadOnlyCollection<string> words) =>
        AnyToken().Replace(prompt, match => Meant(match.Value, words) ?? match.Value);

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

    [GeneratedRegex(@"-(asset[0-9]+)>\z")]
    private static partial Regex Usual();

    [GeneratedRegex(@"^<[^<>\s]{1,100}>\z")]
    private static partial Regex WholeToken();

    [GeneratedRegex(@"^[^<>\s]{1,40}\z")]
    private static partial Regex WholePrefix();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex WholeName();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+")]
    private static partial Regex Unfit();
}
