using System.Text.RegularExpressions;

namespace ConceptExpress.Library.Concepts;

/// <summary>How words, names and prefixes are spelled.</summary>
public static partial class ConceptNames
{
    /// <summary>The name that the files of a concept go by: <c>asset0</c> for <c>&lt;asset0&gt;</c>.</summary>
    public static string NameOf(string token) => token.Trim('<', '>');

    /// <summary>A prefix made from a picture's file name.</summary>
    public static string PrefixFor(string imageName)
    {
        var plain = Unfit().Replace(Path.GetFileNameWithoutExtension(imageName), "-").Trim('-', '.');
        return plain.Length == 0 ? "concepts" : plain.Length > 40 ? plain[..40] : plain;
    }

    public static bool IsToken(string text) => WholeToken().IsMatch(text);

    public static bool IsPrefix(string text) => WholePrefix().IsMatch(text);

    public static bool IsName(string text) => WholeName().IsMatch(text) && text.Trim('.').Length > 0;

    /// <summary>Everything in a prompt that is written as a concept word, in order.</summary>
    public static IEnumerable<string> WordsIn(string prompt) => AnyToken().Matches(prompt).Select(match => match.Value);

    /// <summary>Everything in a prompt that is the name of a word, with other brackets, spaces or capitals.</summary>
    public static IEnumerable<string> NearlyIn(string prompt, string token)
    {
        var name = Regex.Escape(NameOf(token));
        return Regex.Matches(prompt, $@"<\s*{name}\s*>|(?<![\w<>-]){name}(?![\w<>-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
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
